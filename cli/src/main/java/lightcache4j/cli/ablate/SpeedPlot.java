package lightcache4j.cli.ablate;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Quality against speed-up: a point for each policy, for all techniques together, and for fewer
/// steps.
final class SpeedPlot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 440;
    private static final int LEFT = 56;
    private static final int BOTTOM = 52;
    private static final int MARGIN = 20;
    private static final double LARGEST_SPREAD = 10; // dB that make room for a bar
    private static final double LETTER = 6.7;
    private static final double LINE = 15;

    /// @param kind its class in the style sheet
    private record Point(String name, String kind, Statistic speedup, Statistic psnr) {}

    private final List<Point> points = new ArrayList<>();
    private final List<String> equal = new ArrayList<>();
    private final List<Rectangle2D> taken = new ArrayList<>();
    private final Scaled across;
    private final Scaled up;

    SpeedPlot(Results results) {
        for (Results.Row row : results.rows()) {
            Statistic psnr = row.get(Column.PSNR);
            String name = row.name().replace("policy:", "");
            if (!kind(row).isEmpty() && psnr.mean() >= Reading.MOST_DECIBELS) {
                equal.add(name);
            } else if (!kind(row).isEmpty()) {
                points.add(new Point(name, kind(row), row.get(Column.SPEEDUP), psnr));
            }
        }
        double slowest = 1;
        double fastest = 1;
        double least = Choice.LEAST_PSNR;
        double most = Choice.LEAST_PSNR;
        for (Point p : points) {
            slowest = Math.min(slowest, p.speedup().mean());
            fastest = Math.max(fastest, p.speedup().mean() + p.speedup().spread());
            double spread = Math.min(p.psnr().spread(), LARGEST_SPREAD);
            least = Math.min(least, p.psnr().mean() - spread);
            most = Math.max(most, p.psnr().mean() + spread);
        }
        across = Scaled.of(slowest, fastest, LEFT, WIDTH - MARGIN);
        up = Scaled.of(least, Math.min(most, Reading.MOST_DECIBELS), HEIGHT - BOTTOM, MARGIN);
    }

    /// The rows that differ from `cache` in technique alone show the same frames: one stands for
    /// all.
    private static String kind(Results.Row row) {
        return switch (row.name()) {
            case "cache" -> "cache";
            case Contenders.ALL -> "all";
            case "fewer-steps" -> "fewer";
            default -> row.name().startsWith("policy:") ? "policy" : "";
        };
    }

    /// Names of the rows that have no place in it, since they made the baseline's very frames.
    List<String> equalToTheBaseline() {
        return equal;
    }

    void draw(Markup page) {
        try (Svg svg = Svg.open(page, WIDTH, HEIGHT, description())) {
            axes(svg);
            points.forEach(p -> taken.add(box(x(p) - 8, y(p) - 8, 16, 16)));
            points.forEach(p -> spreads(svg, p));
            points.forEach(p -> mark(svg, p));
            points.forEach(p -> label(svg, p));
        }
    }

    private String description() {
        StringBuilder words = new StringBuilder("PSNR against speed-up of denoise.");
        for (Point p : points) {
            words.append(
                    String.format(
                            Locale.ROOT,
                            " %s: %.2f times, %.1f dB.",
                            p.name(),
                            p.speedup().mean(),
                            p.psnr().mean()));
        }
        return words.toString();
    }

    private void axes(Svg svg) {
        for (double tick : up.ticks()) {
            svg.line("rule", LEFT, up.at(tick), WIDTH - MARGIN, up.at(tick));
            svg.text(up.label(tick), "tick", "end", LEFT - 8, up.at(tick) + 4);
        }
        for (double tick : across.ticks()) {
            double x = across.at(tick);
            svg.line("rule", x, MARGIN, x, HEIGHT - BOTTOM);
            svg.text(across.label(tick) + "×", "tick", "middle", x, HEIGHT - BOTTOM + 18);
        }
        svg.line("axis", LEFT, HEIGHT - BOTTOM, WIDTH - MARGIN, HEIGHT - BOTTOM);
        double bound = up.at(Choice.LEAST_PSNR);
        if (bound < HEIGHT - BOTTOM - 1) {
            svg.line("bound", LEFT, bound, WIDTH - MARGIN, bound);
        }
        svg.text("speed-up of denoise", "name", "middle", (WIDTH + LEFT) / 2.0, HEIGHT - 10);
        svg.text("PSNR, dB", "name", "start", LEFT + 6, MARGIN + 10);
    }

    private double x(Point p) {
        return across.at(p.speedup().mean());
    }

    private double y(Point p) {
        return up.at(p.psnr().mean());
    }

    private void spreads(Svg svg, Point p) {
        double s = p.speedup().spread();
        double d = p.psnr().spread();
        String kind = "spread " + p.kind();
        svg.line(
                kind,
                across.within(p.speedup().mean() - s),
                y(p),
                across.within(p.speedup().mean() + s),
                y(p));
        svg.line(kind, x(p), up.within(p.psnr().mean() - d), x(p), up.within(p.psnr().mean() + d));
    }

    /// All techniques are a diamond, fewer steps a ring, policies a disc: told apart without
    /// colour.
    private void mark(Svg svg, Point p) {
        if (p.kind().equals("all")) {
            String top = Svg.pixels(x(p)) + " " + Svg.pixels(y(p) - 8);
            svg.path(p.kind(), "M" + top + " l8 8 l-8 8 l-8 -8 z");
        } else {
            svg.circle(p.kind(), x(p), y(p), 5.5);
        }
    }

    /// The name beside its point, where there is room.
    private void label(Svg svg, Point p) {
        double width = LETTER * p.name().length();
        Rectangle2D place = null;
        for (double[] offset :
                new double[][] {
                    {12, -LINE / 2},
                    {-12 - width, -LINE / 2},
                    {-width / 2, -10 - LINE},
                    {-width / 2, 10},
                    {10, -6 - LINE},
                    {10, 6},
                    {-10 - width, -6 - LINE},
                    {-10 - width, 6},
                    {12, 6 + LINE},
                    {12, -6 - 2 * LINE}
                }) {
            Rectangle2D box = box(x(p) + offset[0], y(p) + offset[1], width, LINE);
            boolean inside = box.getX() >= LEFT && box.getMaxX() <= WIDTH - 4;
            if (inside && taken.stream().noneMatch(box::intersects)) {
                place = box;
                break;
            }
        }
        Rectangle2D found = place == null ? box(x(p) + 12, y(p) - LINE / 2, width, LINE) : place;
        taken.add(found);
        svg.text(p.name(), "name", "start", found.getX(), found.getY() + 12);
    }

    private static Rectangle2D box(double x, double y, double width, double height) {
        return new Rectangle2D.Double(x, y, width, height);
    }
}
