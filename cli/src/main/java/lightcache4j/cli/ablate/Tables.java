package lightcache4j.cli.ablate;

import lightcache4j.tensors.Pool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/// The rows as tables for people: time, memory, likeness.
final class Tables {
    private Tables() {}

    /// A table.
    ///
    /// @param title what it is about
    /// @param heads of the columns; the first is that of the rows' names
    /// @param rows a name, then a cell for each column
    record Table(String title, List<String> heads, List<List<String>> rows) {}

    /// A column of a table.
    private record Shown(String head, Column column, DoubleFunction<String> text) {
        String cell(Results.Row row) {
            Statistic number = row.get(column);
            if (!number.known()) {
                return "–";
            }
            String mean = text.apply(number.mean());
            boolean varies = number.spread() > 0;
            return varies ? mean + " ±" + text.apply(number.spread()) : mean;
        }
    }

    static List<Table> of(Results results) {
        List<Table> tables = new ArrayList<>();
        tables.add(time(results));
        if (results.pool() == Pool.DEVICE) {
            tables.add(device(results));
        }
        tables.add(memory(results));
        tables.add(likeness(results));
        return tables;
    }

    private static Table time(Results results) {
        return table(
                "time, s",
                results,
                new Shown("encode", Column.ENCODE_SECONDS, digits(3)),
                new Shown("denoise", Column.DENOISE_SECONDS, digits(3)),
                new Shown("decode", Column.DECODE_SECONDS, digits(3)),
                new Shown("total", Column.TOTAL_SECONDS, digits(3)),
                new Shown("speed-up of denoise", Column.SPEEDUP, digits(2)),
                new Shown("of total", Column.TOTAL_SPEEDUP, digits(2)));
    }

    private static Table device(Results results) {
        Scale scale = Scale.of(results, Column.TOTAL_DEVICE);
        DoubleFunction<String> bytes = scale::text;
        return table(
                "most held on the device, " + scale.unit(),
                results,
                new Shown("encode", Column.ENCODE_DEVICE, bytes),
                new Shown("denoise", Column.DENOISE_DEVICE, bytes),
                new Shown("decode", Column.DECODE_DEVICE, bytes),
                new Shown("total", Column.TOTAL_DEVICE, bytes));
    }

    private static Table memory(Results results) {
        Scale scale = Scale.of(results, Column.TOTAL_PEAK, Column.SWAPPED_BYTES, Column.KEPT_BYTES);
        DoubleFunction<String> bytes = scale::text;
        return table(
                "most memory held, "
                        + (results.pool() == Pool.DEVICE ? "host and device, " : "")
                        + scale.unit(),
                results,
                new Shown("encode", Column.ENCODE_PEAK, bytes),
                new Shown("denoise", Column.DENOISE_PEAK, bytes),
                new Shown("decode", Column.DECODE_PEAK, bytes),
                new Shown("total", Column.TOTAL_PEAK, bytes),
                new Shown("of it kept", Column.KEPT_BYTES, bytes),
                new Shown("swapped", Column.SWAPPED_BYTES, bytes),
                new Shown("copying, s", Column.SWAP_COPY_SECONDS, digits(4)),
                new Shown("waited, s", Column.SWAP_WAIT_SECONDS, digits(4)));
    }

    private static Table likeness(Results results) {
        return table(
                "likeness to the baseline",
                results,
                new Shown("steps computed", Column.STEPS_COMPUTED, digits(1)),
                new Shown("reused", Column.STEPS_REUSED, digits(1)),
                new Shown("PSNR, dB", Column.PSNR, digits(2)),
                new Shown("SSIM", Column.SSIM, digits(4)),
                new Shown("temporal deviation", Column.TEMPORAL_DEVIATION, digits(4)));
    }

    private static DoubleFunction<String> digits(int count) {
        return value -> String.format(Locale.ROOT, "%." + count + "f", value);
    }

    private static Table table(String title, Results results, Shown... columns) {
        List<String> heads = new ArrayList<>(List.of("row"));
        Arrays.stream(columns).map(Shown::head).forEach(heads::add);
        List<List<String>> rows = new ArrayList<>();
        for (Results.Row row : results.rows()) {
            List<String> cells = new ArrayList<>(List.of(row.name()));
            Arrays.stream(columns).map(column -> column.cell(row)).forEach(cells::add);
            rows.add(cells);
        }
        return new Table(title, heads, rows);
    }
}
