package lightcache4j.cli.ablate;

import lightcache4j.cli.page.Markup;
import lightcache4j.tensors.Part;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The report as one page that needs nothing else: style, plots and clips are in it.
public final class HtmlReport {
    private final Results results;
    private final Markup page = new Markup();

    private HtmlReport(Results results) {
        this.results = results;
    }

    /// The page, well-formed as XML too.
    public static String of(Results results) {
        return "<!DOCTYPE html>\n" + new HtmlReport(results).write();
    }

    private String write() {
        page.open("html", "lang", "en").open("head");
        page.empty("meta", "charset", "utf-8");
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.leaf("title", "LightCache report: " + results.plan().model());
        page.style(style()).close();
        page.open("body").open("main");
        page.leaf("h1", "What caching saves, and what it costs");
        page.leaf("p", Summary.outcome(results) + "; " + Summary.cost(results) + ".");
        page.leaf("p", Summary.setting(results) + ".", "class", "dim");
        tiles();
        speed();
        memory();
        new HtmlClips(results).write(page);
        new HtmlTables(results).write(page);
        page.close().close().close();
        return page.toString();
    }

    private static String style() {
        try (InputStream css = HtmlReport.class.getResourceAsStream("page.css")) {
            if (css == null) {
                throw new IllegalStateException("report: page.css is not in the jar");
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("report: page.css cannot be read from the jar", e);
        }
    }

    private void tiles() {
        Results.Row all = results.row(Contenders.ALL);
        double before = results.row("baseline").get(results.peak()).mean();
        double saved = 1 - all.get(results.peak()).mean() / before;
        Map<String, String> tiles = new LinkedHashMap<>();
        tiles.put("as fast in denoise", number("%.2f×", all.get(Column.SPEEDUP).mean()));
        tiles.put("as fast in total", number("%.2f×", all.get(Column.TOTAL_SPEEDUP).mean()));
        tiles.put("PSNR to the baseline", number("%.1f dB", all.get(Column.PSNR).mean()));
        tiles.put(
                (saved < 0 ? "more memory at most" : "less memory at most") + results.where(),
                number("%.0f %%", 100 * Math.abs(saved)));
        page.open("ul", "class", "tiles");
        tiles.forEach(
                (what, value) -> {
                    page.open("li", "class", "card");
                    page.leaf("strong", value).leaf("span", what).close();
                });
        page.close();
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private void speed() {
        page.leaf("h2", "Quality against speed");
        page.open("figure", "class", "card");
        SpeedPlot plot = new SpeedPlot(results);
        page.open(
                "div",
                "class",
                "wide",
                "role",
                "region",
                "aria-label",
                "quality against speed-up",
                "tabindex",
                "0");
        plot.draw(page);
        page.close();
        String equal = String.join(", ", plot.equalToTheBaseline());
        page.leaf(
                "figcaption",
                "Up and to the right is better. Discs are policies, the diamond is lightcache, the"
                        + " ring the baseline at as many steps as lightcache computes; bars are one"
                        + " standard deviation over prompts and seeds. The dashed line is "
                        + number("%.0f dB, what counts as near enough.", Choice.LEAST_PSNR)
                        + (equal.isEmpty()
                                ? ""
                                : " Not shown, equal to the baseline: " + equal + "."));
        page.close();
    }

    private void memory() {
        List<Exhibit> watched =
                results.exhibits().stream().filter(shown -> shown.trace() != null).toList();
        if (watched.isEmpty()) {
            return;
        }
        double seconds = 0;
        double bytes = 0;
        for (Exhibit shown : watched) {
            MemoryTrace trace = shown.trace();
            if (trace != null) {
                seconds = Math.max(seconds, trace.seconds());
                bytes = Math.max(bytes, (double) trace.peak());
            }
        }
        page.leaf("h2", "Memory over time");
        page.leaf(
                "p",
                "Working memory that tensors hold"
                        + results.where()
                        + " in one run of the first prompt and seed, watched and therefore somewhat"
                        + " slower than the runs that are timed. Mapped weights are not in it.",
                "class",
                "dim");
        legend(watched);
        page.open("div", "class", "pairs");
        for (Exhibit shown : watched) {
            MemoryTrace trace = shown.trace();
            if (trace != null) {
                page.open("figure", "class", "card");
                page.leaf("figcaption", shown.row());
                new MemoryPlot(seconds, bytes).draw(page, shown.row(), trace);
                page.close();
            }
        }
        page.close();
    }

    private void legend(List<Exhibit> watched) {
        page.open("ul", "class", "legend");
        for (Part part : Part.values()) {
            if (watched.stream().noneMatch(shown -> held(shown, part))) {
                continue;
            }
            page.open("li").empty("i", "class", MemoryPlot.kind(part));
            page.text(part.label()).close();
        }
        page.close();
    }

    private static boolean held(Exhibit shown, Part part) {
        MemoryTrace trace = shown.trace();
        return trace != null && trace.held(part);
    }
}
