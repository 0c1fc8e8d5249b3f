package lightcache4j.cli.ablate;

import java.io.PrintWriter;
import java.util.List;

/// The report as text.
public final class TextReport {
    private TextReport() {}

    /// Prints all of it.
    public static void print(Results results, PrintWriter out) {
        Summary.lines(results).forEach(out::println);
        for (Tables.Table table : Tables.of(results)) {
            out.println();
            print(table, out);
        }
        if (!results.leftOut().isEmpty()) {
            out.println();
        }
        for (Results.LeftOut left : results.leftOut()) {
            out.printf("left out: %s; %s%n", left.name(), left.reason());
        }
        out.flush();
    }

    private static void print(Tables.Table table, PrintWriter out) {
        int columns = table.heads().size();
        int[] widths = new int[columns];
        for (int c = 0; c < columns; c++) {
            widths[c] = head(table, c).length();
            for (List<String> row : table.rows()) {
                widths[c] = Math.max(widths[c], row.get(c).length());
            }
        }
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < columns; c++) {
            append(line, head(table, c), widths[c], c == 0);
        }
        out.println(line.toString().stripTrailing());
        for (List<String> row : table.rows()) {
            line.setLength(0);
            for (int c = 0; c < columns; c++) {
                append(line, row.get(c), widths[c], c == 0);
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /// The corner says what the table is about.
    private static String head(Tables.Table table, int column) {
        return column == 0 ? table.title() : table.heads().get(column);
    }

    private static void append(StringBuilder line, String cell, int width, boolean first) {
        String room = " ".repeat(width - cell.length());
        line.append(first ? cell + room : "  " + room + cell);
    }
}
