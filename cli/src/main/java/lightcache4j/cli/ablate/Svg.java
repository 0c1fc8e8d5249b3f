package lightcache4j.cli.ablate;

import java.util.Locale;

/// A drawing inside a page. Colours come from the style sheet by class, so that they suit light and
/// dark alike; that, and six jars fewer, is why no library of charts draws them.
///
/// @param page what it is written to
record Svg(Markup page) implements AutoCloseable {

    /// Begins a drawing.
    ///
    /// @param description what it shows, for who cannot see it
    static Svg open(Markup page, int width, int height, String description) {
        String box = "0 0 " + width + " " + height;
        page.open("svg", "viewBox", box, "role", "img", "aria-label", description);
        return new Svg(page);
    }

    void line(String kind, double x1, double y1, double x2, double y2) {
        page.empty(
                "line",
                "class",
                kind,
                "x1",
                pixels(x1),
                "y1",
                pixels(y1),
                "x2",
                pixels(x2),
                "y2",
                pixels(y2));
    }

    void circle(String kind, double x, double y, double radius) {
        page.empty("circle", "class", kind, "cx", pixels(x), "cy", pixels(y), "r", pixels(radius));
    }

    void path(String kind, String data) {
        page.empty("path", "class", kind, "d", data);
    }

    /// @param anchor which end of the text is at `x`: `start`, `middle` or `end`
    void text(String text, String kind, String anchor, double x, double y) {
        page.leaf(
                "text", text, "class", kind, "text-anchor", anchor, "x", pixels(x), "y", pixels(y));
    }

    /// A coordinate, to a tenth.
    static String pixels(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /// Ends the drawing.
    @Override
    public void close() {
        page.close();
    }
}
