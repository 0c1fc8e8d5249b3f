package lightcache4j.tests.cli;

import lightcache4j.cli.media.ClipReader;
import lightcache4j.cli.media.ClipWriter;
import lightcache4j.cli.media.Frame;
import lightcache4j.cli.media.Similarity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Clips made by formula, and what to do with them.
final class Clips {
    private Clips() {}

    /// A soft disc that moves over a gradient: many colours, few edges.
    static List<Frame> smooth(int width, int height, int frames) {
        List<Frame> clip = new ArrayList<>();
        for (int f = 0; f < frames; f++) {
            float[] rgb = new float[3 * width * height];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double distance =
                            Math.hypot(x - width * (f + 1.0) / (frames + 1), y - height / 2.0);
                    double inside = 1 / (1 + Math.exp(distance - height / 5.0));
                    int at = 3 * (y * width + x);
                    rgb[at] = (float) (0.2 + 0.3 * x / width + 0.5 * inside);
                    rgb[at + 1] = (float) (0.1 + 0.6 * y / height * (1 - inside));
                    rgb[at + 2] = (float) (0.9 - 0.4 * (x + y) / (width + height));
                }
            }
            clip.add(new Frame(width, height, rgb));
        }
        return clip;
    }

    /// Noise of at most `colours` colours, on whole eighths of bits, so that nothing is rounded.
    static List<Frame> noise(int width, int height, int frames, int colours, long seed) {
        Random random = new Random(seed);
        int[][] palette = new int[colours][3];
        for (int[] colour : palette) {
            for (int c = 0; c < 3; c++) {
                colour[c] = random.nextInt(256);
            }
        }
        List<Frame> clip = new ArrayList<>();
        for (int f = 0; f < frames; f++) {
            float[] rgb = new float[3 * width * height];
            for (int i = 0; i < width * height; i++) {
                int[] colour = palette[random.nextInt(colours)];
                for (int c = 0; c < 3; c++) {
                    rgb[3 * i + c] = colour[c] / 255f;
                }
            }
            clip.add(new Frame(width, height, rgb));
        }
        return clip;
    }

    static Path write(Path path, List<Frame> clip) {
        Frame first = clip.getFirst();
        var plan = new ClipWriter.Plan(first.width(), first.height(), clip.size(), 8);
        try (ClipWriter writer = ClipWriter.open(path, plan)) {
            clip.forEach(writer::accept);
            return writer.finish();
        }
    }

    static Similarity compare(List<Frame> a, List<Frame> b) {
        Similarity similarity = new Similarity();
        for (int i = 0; i < a.size(); i++) {
            similarity.add(a.get(i), b.get(i));
        }
        return similarity;
    }

    static Similarity written(Path path, List<Frame> clip) {
        return compare(clip, ClipReader.readAll(write(path, clip)));
    }
}
