package lightcache4j.cli.ablate;

import lightcache4j.cli.page.Markup;
import lightcache4j.cli.page.Scaled;
import lightcache4j.cli.page.Svg;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Stage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Working memory over the time of a run: an area for each part, one on top of the other, and the
/// stages marked. All plots of a report have one scale.
final class MemoryPlot {
    private static final int WIDTH = 480;
    private static final int HEIGHT = 210;
    private static final int LEFT = 44;
    private static final int TOP = 22;
    private static final int BOTTOM = 40;
    private static final int RIGHT = 12;
    private static final int SPANS = WIDTH - LEFT - RIGHT;
    private static final int ROOM_FOR_A_NAME = 46;

    private final Scale scale;
    private final Scaled across;
    private final Scaled up;

    /// @param seconds of the longest run
    /// @param bytes most held in any
    MemoryPlot(double seconds, double bytes) {
        scale = Scale.of(bytes);
        across = exactly(seconds);
        up = Scaled.of(0, bytes / scale.bytes(), HEIGHT - BOTTOM, TOP);
    }

    /// Time ends where the longest run does, not at the next tick.
    private static Scaled exactly(double seconds) {
        Scaled round = Scaled.of(0, seconds, LEFT, WIDTH - RIGHT);
        return new Scaled(0, seconds, round.step(), LEFT, WIDTH - RIGHT);
    }

    /// The class of a part in the style sheet.
    static String kind(Part part) {
        return switch (part) {
            case ACTIVATIONS -> "activations";
            case FEATURES -> "features";
            case STATE -> "state";
            case SWAPPED -> "swapped";
            case WEIGHTS -> "weights";
        };
    }

    void draw(Markup page, String name, MemoryTrace trace) {
        String peak = scale.text((double) trace.peak()) + " " + scale.unit();
        String description =
                String.format(
                        Locale.ROOT,
                        "Memory of %s over %.2f seconds: %s at most.",
                        name,
                        trace.seconds(),
                        peak);
        try (Svg svg = Svg.open(page, WIDTH, HEIGHT, description)) {
            grid(svg);
            areas(svg, trace);
            stages(svg, trace);
            svg.line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM);
        }
    }

    private void grid(Svg svg) {
        for (double tick : up.ticks()) {
            svg.line("rule", LEFT, up.at(tick), WIDTH - RIGHT, up.at(tick));
            svg.text(up.label(tick), "tick", "end", LEFT - 6, up.at(tick) + 4);
        }
        for (double tick : across.ticks()) {
            if (across.has(tick)) {
                svg.text(
                        across.label(tick),
                        "tick",
                        "middle",
                        across.at(tick),
                        HEIGHT - BOTTOM + 16);
            }
        }
        svg.text("seconds", "tick", "middle", (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6);
        svg.text(scale.unit(), "tick", "end", LEFT - 6, TOP - 10);
    }

    private void areas(Svg svg, MemoryTrace trace) {
        int count = (int) Math.max(1, Math.round(SPANS * trace.seconds() / across.high()));
        List<MemoryTrace.Sample> spans = trace.spans(count);
        double[] below = new double[count];
        for (Part part : Part.values()) {
            double[] above = below.clone();
            boolean any = false;
            for (int i = 0; i < count; i++) {
                long bytes = spans.get(i).bytes(part);
                above[i] += bytes / scale.bytes();
                any |= bytes > 0;
            }
            if (any) {
                svg.path(kind(part), area(below, above));
            }
            below = above;
        }
    }

    /// From left to right along `above`, and back along `below`.
    private String area(double[] below, double[] above) {
        List<String> path = new ArrayList<>();
        for (int i = 0; i < above.length; i++) {
            path.add(
                    "%s%d %s".formatted(i == 0 ? "M" : "L", LEFT + i, Svg.pixels(up.at(above[i]))));
            path.add("H" + (LEFT + i + 1));
        }
        for (int i = below.length - 1; i >= 0; i--) {
            path.add("L%d %s".formatted(LEFT + i + 1, Svg.pixels(up.at(below[i]))));
            path.add("H" + (LEFT + i));
        }
        return String.join("", path) + "Z";
    }

    private void stages(Svg svg, MemoryTrace trace) {
        List<Stage> stages = List.of(Stage.ENCODE, Stage.DENOISE, Stage.DECODE);
        for (int i = 0; i < stages.size(); i++) {
            double began = i == 0 ? 0 : trace.began(stages.get(i));
            double ended = i == 2 ? trace.seconds() : trace.began(stages.get(i + 1));
            if (Double.isNaN(began) || Double.isNaN(ended)) {
                continue;
            }
            double x = across.at(began);
            if (i > 0) {
                svg.line("bound", x, TOP - 8, x, HEIGHT - BOTTOM);
            }
            if (across.at(ended) - x >= ROOM_FOR_A_NAME) {
                String name = stages.get(i).name().toLowerCase(Locale.ROOT);
                svg.text(name, "name", "middle", (x + across.at(ended)) / 2, TOP - 10);
            }
        }
    }
}
