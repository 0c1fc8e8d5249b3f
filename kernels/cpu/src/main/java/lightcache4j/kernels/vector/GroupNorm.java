package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.put;
import static lightcache4j.kernels.vector.Lanes.rest;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Tensor;

import java.lang.foreign.MemorySegment;

/// Group norm in two passes: statistics, then normalisation and activation.
///
/// Statistics: each block of positions gives a sum and a sum of squares about the block's own mean
/// for every channel, both short enough for float32. Blocks and channels are then put together in
/// double precision by the formula of Chan, Golub and LeVeque: `Σ (x − mean)² = Σ blocks' squares +
/// Σ n (block mean − mean)²`. Blocks do not depend on the number of threads, and are added in
/// order.
final class GroupNorm {
    /// Positions of a block of statistics.
    private static final int BLOCK = 256;

    /// Numbers of a task of the second pass, about; small enough for the first-level cache.
    private static final int TASK = 1 << 12;

    private GroupNorm() {}

    static void statistics(Team team, Tensor out, Tensor x, int groups, float eps) {
        int channels = x.shape().length(3);
        int pieces = out.shape().length(0);
        if (out.size() == 0) {
            return;
        }
        int positions = Math.toIntExact(x.shape().rows() / pieces);
        int blocks = (positions + BLOCK - 1) / BLOCK;
        int stride = Lanes.up(channels);
        int size = Math.multiplyExact(2 * pieces * blocks, stride);
        float[] partial = team.shared().floats(Scratch.Use.SUMS, size);
        MemorySegment from = x.segment();
        team.run(
                pieces * blocks,
                (task, scratch) -> {
                    int first = task % blocks * BLOCK;
                    int count = Math.min(BLOCK, positions - first);
                    long row = (long) (task / blocks) * positions + first;
                    measure(from, row * channels, count, channels, partial, 2 * task * stride);
                });
        MemorySegment to = out.segment();
        for (int piece = 0; piece < pieces; piece++) {
            for (int g = 0; g < groups; g++) {
                int start = 2 * piece * blocks * stride + g * (channels / groups);
                merge(
                        partial,
                        start,
                        blocks,
                        positions,
                        channels / groups,
                        stride,
                        eps,
                        to,
                        2L * (piece * groups + g));
            }
        }
    }

    /// Means of all channels of `count` positions into `partial`, then, `up(channels)` later,
    /// squares about them.
    private static void measure(
            MemorySegment x, long start, int count, int channels, float[] partial, int at) {
        for (int c = 0; c < channels; c += WIDTH) {
            VectorMask<Float> mask = rest(c, channels);
            boolean whole = c + WIDTH <= channels;
            FloatVector sum = FloatVector.zero(FLOATS);
            FloatVector squares = sum;
            for (int r = 0; r < count; r++) {
                long i = start + (long) r * channels + c;
                sum = sum.add(whole ? at(x, i) : at(x, i, mask));
            }
            FloatVector mean = sum.div(count);
            for (int r = 0; r < count; r++) {
                long i = start + (long) r * channels + c;
                FloatVector d = (whole ? at(x, i) : at(x, i, mask)).sub(mean);
                squares = d.fma(d, squares);
            }
            mean.intoArray(partial, at + c);
            squares.intoArray(partial, at + Lanes.up(channels) + c);
        }
    }

    /// Puts together blocks and channels of one group.
    private static void merge(
            float[] partial,
            int start,
            int blocks,
            int positions,
            int channels,
            int stride,
            float eps,
            MemorySegment out,
            long to) {
        double total = (double) positions * channels;
        double mean = 0;
        for (int b = 0; b < blocks; b++) {
            int count = Math.min(BLOCK, positions - b * BLOCK);
            for (int c = 0; c < channels; c++) {
                mean += count * (double) partial[start + 2 * b * stride + c];
            }
        }
        mean /= total;
        double squares = 0;
        for (int b = 0; b < blocks; b++) {
            int count = Math.min(BLOCK, positions - b * BLOCK);
            for (int c = 0; c < channels; c++) {
                int i = start + 2 * b * stride + c;
                double d = partial[i] - mean;
                squares += partial[i + stride] + count * d * d;
            }
        }
        Lanes.set(out, to, (float) mean);
        Lanes.set(out, to + 1, (float) (1 / Math.sqrt(squares / total + eps)));
    }

    static void normalize(
            Team team,
            Tensor out,
            Tensor x,
            Tensor statistics,
            Tensor weight,
            Tensor bias,
            Activation activation) {
        if (x.size() == 0) {
            return;
        }
        int channels = x.shape().length(3);
        int pieces = statistics.shape().length(0);
        long positions = x.shape().rows() / pieces;
        int stride = Lanes.up(channels);
        float[] factors = factors(team, statistics, weight, bias, channels, stride);
        int each = Math.max(1, TASK / channels);
        int blocks = Math.toIntExact((positions + each - 1) / each);
        MemorySegment to = out.segment();
        MemorySegment from = x.segment();
        team.run(
                pieces * blocks,
                (task, scratch) -> {
                    long first = (long) (task % blocks) * each;
                    int count = (int) Math.min(each, positions - first);
                    long start = ((task / blocks) * positions + first) * channels;
                    int at = 2 * (task / blocks) * stride;
                    if (activation == Activation.SILU && channels == stride) {
                        silu(from, start, count, channels, factors, at, to);
                        return;
                    }
                    int n = count * channels;
                    float[] y = scratch.floats(Scratch.Use.SUMS, n + stride);
                    for (int r = 0; r < count; r++) {
                        long i = start + (long) r * channels;
                        scale(from, i, channels, factors, at, stride, y, r * channels);
                    }
                    Functions.activate(activation, y, 0, n);
                    put(y, 0, to, start, n);
                });
    }

    /// For each piece: what each channel is multiplied by, then what is added to it.
    private static float[] factors(
            Team team, Tensor statistics, Tensor weight, Tensor bias, int channels, int stride) {
        int pieces = statistics.shape().length(0);
        int groups = statistics.shape().length(1);
        float[] w = Lanes.vector(weight, stride, 0, team.shared(), Scratch.Use.SCALE);
        float[] b = Lanes.vector(bias, stride, 0, team.shared(), Scratch.Use.SHIFT);
        float[] factors = team.shared().floats(Scratch.Use.SUMS, 2 * pieces * stride);
        MemorySegment s = statistics.segment();
        for (int piece = 0; piece < pieces; piece++) {
            int at = 2 * piece * stride;
            for (int c = 0; c < channels; c++) {
                long pair = 2L * (piece * groups + c / (channels / groups));
                float scale = Lanes.get(s, pair + 1) * w[c];
                factors[at + c] = scale;
                factors[at + stride + c] = Math.fma(-Lanes.get(s, pair), scale, b[c]);
            }
        }
        return factors;
    }

    /// Normalises and activates in one pass, for whole vectors of channels. Staged as all else is,
    /// 128 channels took 1.7 times as long, and 16 took 1.5.
    ///
    /// A few channels go down all positions; where rows are long, that would touch a line of memory
    /// here and there, and rows go one after the other. Both are one loop: with one for each, the
    /// compiler may put both in place of their calls, and then has no room for what they call, and
    /// vectors go through the Java heap.
    private static void silu(
            MemorySegment x,
            long start,
            int count,
            int channels,
            float[] factors,
            int at,
            MemorySegment out) {
        boolean down = channels <= 2 * WIDTH;
        int runs = down ? channels / WIDTH : count;
        int vectors = down ? count : channels / WIDTH;
        int apart = down ? channels : WIDTH;
        for (int run = 0; run < runs; run++) {
            long i = start + (long) run * (down ? WIDTH : channels);
            int f = at + (down ? run * WIDTH : 0);
            for (int k = 0; k < vectors; k++) {
                FloatVector y = at(x, i).fma(at(factors, f), at(factors, f + channels));
                put(Functions.silu(y), out, i);
                i += apart;
                f += down ? 0 : WIDTH;
            }
        }
    }

    /// One position: writes whole vectors, of which the last may reach into the next position's
    /// place.
    private static void scale(
            MemorySegment x,
            long start,
            int channels,
            float[] factors,
            int at,
            int stride,
            float[] y,
            int to) {
        int c = 0;
        for (int end = FLOATS.loopBound(channels); c < end; c += WIDTH) {
            FloatVector v = at(x, start + c);
            v.fma(at(factors, at + c), at(factors, at + stride + c)).intoArray(y, to + c);
        }
        if (c < channels) {
            FloatVector v = at(x, start + c, rest(c, channels));
            v.fma(at(factors, at + c), at(factors, at + stride + c)).intoArray(y, to + c);
        }
    }
}
