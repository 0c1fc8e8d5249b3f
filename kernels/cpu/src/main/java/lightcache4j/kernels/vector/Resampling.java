package lightcache4j.kernels.vector;

import lightcache4j.tensors.Tensor;

import java.lang.foreign.MemorySegment;

/// Enlarging video, channels last.
final class Resampling {
    private Resampling() {}

    /// Each row of the result is laid out once in an array, then stored as often as it repeats.
    static void nearest(Team team, Tensor out, Tensor x, int frames, int rows, int columns) {
        int height = x.shape().length(1);
        int width = x.shape().length(2);
        int channels = x.shape().length(3);
        MemorySegment to = out.segment();
        MemorySegment from = x.segment();
        int line = width * columns * channels;
        if (out.size() == 0) {
            return;
        }
        team.run(
                x.shape().length(0) * height,
                (task, scratch) -> {
                    float[] source = scratch.floats(Scratch.Use.LEFT, width * channels);
                    float[] wide = scratch.floats(Scratch.Use.SUMS, line);
                    Lanes.copy(from, (long) task * width * channels, source, 0, width * channels);
                    for (int i = 0; i < width * columns; i++) {
                        System.arraycopy(
                                source, i / columns * channels, wide, i * channels, channels);
                    }
                    for (int f = 0; f < frames; f++) {
                        long frame = (long) (task / height) * frames + f;
                        for (int r = 0; r < rows; r++) {
                            long row = (frame * height + task % height) * rows + r;
                            Lanes.copy(wide, 0, to, row * line, line);
                        }
                    }
                });
    }

    /// Frame `2i` is a quarter of frame `i − 1` and three of frame `i`, frame `2i + 1` the other
    /// way round; at the ends a frame mixes with itself.
    static void framesLinear(Team team, Tensor out, Tensor x) {
        int frames = x.shape().length(0);
        long size = x.shape().product(1, 4);
        MemorySegment to = out.segment();
        MemorySegment from = x.segment();
        int span = 1 << 14;
        int spans = Math.toIntExact((size + span - 1) / span);
        team.run(
                2 * frames * spans,
                (task, scratch) -> {
                    int frame = task / spans;
                    long start = (long) (task % spans) * span;
                    int n = (int) Math.min(span, size - start);
                    int lower = Math.max((frame - 1) >> 1, 0);
                    int upper = Math.min((frame + 1) >> 1, frames - 1);
                    float share = frame % 2 == 0 ? 0.75f : 0.25f; // of the upper one
                    Pointwise.combine(
                            to,
                            frame * size + start,
                            1 - share,
                            from,
                            lower * size + start,
                            share,
                            from,
                            upper * size + start,
                            n);
                });
    }
}
