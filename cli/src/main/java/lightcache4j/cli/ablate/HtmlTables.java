package lightcache4j.cli.ablate;

import java.util.List;

/// The tables of a page, and what its rows mean.
record HtmlTables(Results results) {

    void write(Markup page) {
        page.leaf("h2", "The numbers");
        page.leaf(
                "p",
                "Mean ± standard deviation over prompts and seeds. Speed-ups are means of the"
                        + " ratios to the baseline run of the same prompt, seed and minute. Memory"
                        + " is what tensors hold at most, exactly.",
                "class",
                "dim");
        Tables.of(results).forEach(table -> table(page, table));
        rows(page);
        leftOut(page);
        protocol(page);
    }

    private static void table(Markup page, Tables.Table table) {
        begin(page, table.title(), table.heads());
        for (List<String> row : table.rows()) {
            page.open("tr").leaf("th", row.getFirst(), "scope", "row");
            row.stream().skip(1).forEach(cell -> cell(page, cell));
            page.close();
        }
        page.close().close().close();
    }

    private static void begin(Markup page, String title, List<String> heads) {
        page.open(
                "div",
                "class",
                "card scroll",
                "role",
                "region",
                "aria-label",
                title,
                "tabindex",
                "0");
        page.open("table").leaf("caption", title).open("thead").open("tr");
        heads.forEach(head -> page.leaf("th", head, "scope", "col"));
        page.close().close().open("tbody");
    }

    /// A mean, and its spread in small print.
    private static void cell(Markup page, String cell) {
        int spread = cell.indexOf(" ±");
        if (spread < 0) {
            page.leaf("td", cell);
            return;
        }
        page.open("td").text(cell.substring(0, spread));
        page.leaf("small", cell.substring(spread)).close();
    }

    private void rows(Markup page) {
        page.leaf("h2", "What each row does");
        begin(page, "rows", List.of("row", "what it does"));
        for (Results.Row row : results.rows()) {
            page.open("tr").leaf("th", row.name(), "scope", "row");
            page.leaf("td", row.how(), "class", "words").close();
        }
        page.close().close().close();
        page.leaf("p", "Cache: %s, %s.".formatted(results.cache(), results.why()));
    }

    private void leftOut(Markup page) {
        for (Results.LeftOut left : results.leftOut()) {
            page.leaf("p", "Left out: %s; %s".formatted(left.name(), left.reason()));
        }
    }

    private void protocol(Markup page) {
        page.leaf("h2", "How it was measured");
        for (String words :
                List.of(
                        "Every row ran once before anything was timed, on a seed that is not in the"
                                + " tables. Then, prompt by prompt and seed by seed, the baseline ran"
                                + " and all other rows after it, in an order that moves on by one"
                                + " each time. All rows of a prompt and seed begin with the same"
                                + " noise.",
                        "Frames are compared as they leave the decoder, in float32, before any file"
                                + " format. PSNR is of the mean squared error over the whole clip, 100"
                                + " dB at most; SSIM has a Gaussian window of 11 by 11; the temporal"
                                + " deviation is the mean over pairs of frames of how far the energy"
                                + " of motion, the mean squared change, is from the baseline's, as a"
                                + " part of it.",
                        "Likeness to the baseline is not quality: it says how little caching"
                                + " changed, not how good the clip is.")) {
            page.leaf("p", words);
        }
    }
}
