package lightcache4j.cli.ablate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The rows as comma-separated values (RFC 4180): a line for each, for every number its mean and
/// its spread. What is not known is empty.
public final class CsvReport {
    private CsvReport() {}

    /// All lines, with a head.
    public static String of(Results results) {
        List<List<String>> lines = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("name"));
        for (Column column : Column.values()) {
            head.add(column.path() + ".mean");
            head.add(column.path() + ".spread");
        }
        lines.add(head);
        for (Results.Row row : results.rows()) {
            List<String> cells = new ArrayList<>(List.of(row.name()));
            for (Column column : Column.values()) {
                cells.add(number(row.get(column).mean()));
                cells.add(number(row.get(column).spread()));
            }
            lines.add(cells);
        }
        return lines.stream()
                .map(line -> line.stream().map(CsvReport::quoted).collect(Collectors.joining(",")))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private static String number(double value) {
        return Double.isFinite(value) ? Double.toString(value) : "";
    }

    private static String quoted(String cell) {
        boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
