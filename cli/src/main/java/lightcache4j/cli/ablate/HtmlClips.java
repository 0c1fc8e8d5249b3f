package lightcache4j.cli.ablate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The clips of a page, side by side. Rows whose frames are equal bit for bit share one.
record HtmlClips(Results results) {
    private static final int SHOWN_SIDE = 144;
    private static final int MARGIN = 26; // of a card

    void write(Markup page) {
        if (results.exhibits().isEmpty()) {
            return;
        }
        Plan.Case shown = results.plan().cases().getFirst();
        page.leaf("h2", "The clips");
        page.leaf(
                "p",
                "“%s”, seed %d. Rows under one clip made the same frames, bit for bit."
                        .formatted(shown.prompt(), shown.seed()),
                "class",
                "dim");
        page.open("div", "class", "clips", "style", "--side: " + (shownWidth() + MARGIN) + "px");
        groups().values().forEach(group -> figure(page, group));
        page.close();
    }

    /// Small clips are shown at twice their size or more.
    private static int times(Exhibit shown) {
        return Math.max(1, SHOWN_SIDE / Math.max(shown.width(), shown.height()));
    }

    private int shownWidth() {
        Exhibit first = results.exhibits().getFirst();
        return times(first) * first.width();
    }

    private Map<String, List<Exhibit>> groups() {
        return results.exhibits().stream()
                .collect(
                        Collectors.groupingBy(
                                Exhibit::digest, LinkedHashMap::new, Collectors.toList()));
    }

    private void figure(Markup page, List<Exhibit> group) {
        Exhibit first = group.getFirst();
        int times = times(first);
        String names = group.stream().map(Exhibit::row).collect(Collectors.joining(", "));
        page.open("figure", "class", "card").open("picture");
        page.empty("source", "media", "(prefers-reduced-motion: reduce)", "srcset", first.still());
        page.empty(
                "img",
                "src",
                first.gif(),
                "width",
                times * first.width(),
                "height",
                times * first.height(),
                "alt",
                "Clip made by " + names);
        page.close();
        page.open("figcaption");
        page.leaf("b", names).text(likeness(group));
        page.close().close();
    }

    private String likeness(List<Exhibit> group) {
        if (group.stream().anyMatch(shown -> shown.row().equals("baseline"))) {
            return "";
        }
        double psnr = results.row(group.getFirst().row()).get(Column.PSNR).mean();
        return String.format(Locale.ROOT, "%.1f dB on the mean", psnr);
    }
}
