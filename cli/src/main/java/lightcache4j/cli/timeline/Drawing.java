package lightcache4j.cli.timeline;

import lightcache4j.cli.page.Markup;
import lightcache4j.cli.page.Scaled;
import lightcache4j.cli.page.Svg;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A window of a recording as a drawing (SVG): a band for each lane, time from left to right, sites
/// below those that they are nested in.
public final class Drawing {
    private static final int WIDTH = 1100;
    private static final int LEFT = 120;
    private static final int RIGHT = 16;
    private static final int TOP = 26;
    private static final int ROW = 22;
    private static final int GAP = 8;
    private static final int BOTTOM = 34;
    private static final int DEEPEST = 3;
    private static final double LETTER = 6.2; // pixels, about

    private static final String STYLE =
            """
            text { font: 11px sans-serif; fill: #333 }
            .name { font-size: 10px }
            .phase { font-weight: bold }
            .rule { stroke: #ddd }
            .site { fill: #cfe0f3; stroke: #7fa6cf; stroke-width: .6 }
            .attention { fill: #b8d4b0; stroke: #7da571; stroke-width: .6 }
            .forward { fill: #f1dca7; stroke: #c9a650; stroke-width: .6 }
            .wait { fill: #d1342f }
            .out { fill: #8d6cab }
            .in { fill: #2f8f9d }
            .fetch { fill: #6b7683 }
            """;

    private final Recording recording;
    private final double from;
    private final double to;
    private final Scaled across;

    private Drawing(Recording recording, double from, double to) {
        this.recording = recording;
        this.from = from;
        this.to = to;
        double step = Scaled.of(0, to - from, 0, 1).step();
        this.across = new Scaled(from, to, step, LEFT, WIDTH - RIGHT);
    }

    /// @param from milliseconds after the first site began
    /// @param to milliseconds, later
    public static String of(Recording recording, double from, double to) {
        return new Drawing(recording, from, to).draw();
    }

    /// A row of the drawing.
    private record Row(Lane lane, int depth) {}

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Lane lane : Lane.values()) {
            int deepest =
                    recording.spans().stream()
                            .filter(span -> span.lane() == lane && span.touches(from, to))
                            .mapToInt(span -> Math.min(span.depth(), DEEPEST))
                            .max()
                            .orElse(-1);
            for (int depth = 0; depth <= deepest; depth++) {
                rows.add(new Row(lane, depth));
            }
        }
        return rows;
    }

    private String draw() {
        List<Row> rows = rows();
        int height = TOP + BOTTOM + rows.size() * ROW + Lane.values().length * GAP;
        Markup page = new Markup();
        page.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 %d %d".formatted(WIDTH, height),
                "width",
                WIDTH,
                "role",
                "img");
        page.leaf(
                "title",
                String.format(Locale.ROOT, "What was done from %.2f to %.2f ms", from, to));
        page.style(STYLE);
        page.empty("rect", "width", WIDTH, "height", height, "fill", "#fff");
        Svg svg = new Svg(page);
        grid(svg, height);
        double y = TOP;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (row.depth() == 0) {
                y += i == 0 ? 0 : GAP;
                svg.text(row.lane().label(), "lane", "end", LEFT - 8, y + 15);
            }
            spans(page, svg, row, y);
            y += ROW;
        }
        return page.close().toString();
    }

    private void grid(Svg svg, int height) {
        double first = Math.ceil(from / across.step()) * across.step();
        for (double tick = first; tick <= to; tick += across.step()) {
            svg.line("rule", across.at(tick), TOP - 4, across.at(tick), height - BOTTOM + 4);
            svg.text(across.label(tick), "tick", "middle", across.at(tick), height - BOTTOM + 18);
        }
        svg.text("ms", "tick", "end", LEFT - 40, height - BOTTOM + 18);
    }

    private void spans(Markup page, Svg svg, Row row, double y) {
        String phase = "";
        double free = 0; // where the next phase's name has room
        for (Span span : recording.spans()) {
            boolean here = span.lane() == row.lane() && span.depth() == row.depth();
            if (!here || !span.touches(from, to)) {
                continue;
            }
            double left = across.at(Math.max(from, span.start()));
            double wide = Math.max(0.6, across.at(Math.min(to, span.end())) - left);
            page.open(
                    "rect",
                    "class",
                    kind(span),
                    "x",
                    Svg.pixels(left),
                    "y",
                    Svg.pixels(y),
                    "width",
                    Svg.pixels(wide),
                    "height",
                    ROW - 2);
            page.leaf("title", "%s %.3f ms".formatted(span.name(), span.millis())).close();
            String name = shortened(span.name(), wide);
            if (!name.isEmpty()) {
                svg.text(name, "name", "middle", left + wide / 2, y + 14);
            }
            if (!span.phase().equals(phase) && row.depth() == 0) {
                phase = span.phase();
                if (left >= free) {
                    svg.text(phase, "phase", "start", left, TOP - 10);
                    free = left + (phase.length() + 2) * LETTER;
                }
            }
        }
    }

    private static String kind(Span span) {
        return switch (span.lane()) {
            case WAIT -> "wait";
            case OUT -> "out";
            case IN -> "in";
            case FETCH -> "fetch";
            case SITE -> {
                String last = span.name().substring(span.name().lastIndexOf('.') + 1);
                yield last.startsWith("attn")
                        ? "attention"
                        : last.startsWith("ff") ? "forward" : "site";
            }
        };
    }

    /// As much of the end of a site's name as there is room for, whole parts of it.
    private static String shortened(String name, double wide) {
        String rest = name;
        while (rest.length() * LETTER > wide) {
            int dot = rest.indexOf('.');
            if (dot < 0) {
                return "";
            }
            rest = rest.substring(dot + 1);
        }
        return rest;
    }
}
