package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.put;
import static lightcache4j.kernels.vector.Lanes.rest;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import java.lang.foreign.MemorySegment;

/// Operations on single numbers, each read and written once: as fast as memory.
///
/// Where an operand repeats, a thread's part is cut further into runs that end where it begins
/// again.
final class Pointwise {
    /// Numbers that are not parted: a cache line, so that no two threads write to one.
    private static final int UNIT = 16;

    /// Numbers that go through an array on their way.
    private static final int STAGE = 1 << 12;

    private Pointwise() {}

    /// Numbers `i` to `i + n` of the result, with numbers from `j` of what repeats.
    @FunctionalInterface
    private interface Run {
        void run(long i, long j, int n);
    }

    /// Covers `size` numbers with runs, of which none crosses a multiple of `period`.
    private static void runs(Team team, long size, long period, Run body) {
        team.share(
                Math.ceilDiv(size, UNIT),
                UNIT,
                (from, to, scratch) -> {
                    long end = Math.min(size, to * UNIT);
                    long i = from * UNIT;
                    while (i < end) {
                        long j = i % period;
                        int n = (int) Math.min(end - i, period - j);
                        body.run(i, j, n);
                        i += n;
                    }
                });
    }

    /// Numbers `i` to `i + n` by way of an array that has room for them.
    @FunctionalInterface
    private interface Staged {
        void run(long i, int n, float[] stage, Scratch scratch);
    }

    private static void staged(Team team, long size, Staged body) {
        team.share(
                Math.ceilDiv(size, UNIT),
                UNIT,
                (from, to, scratch) -> {
                    float[] stage = scratch.floats(Scratch.Use.SUMS, STAGE);
                    long end = Math.min(size, to * UNIT);
                    for (long i = from * UNIT; i < end; i += STAGE) {
                        body.run(i, (int) Math.min(STAGE, end - i), stage, scratch);
                    }
                });
    }

    static void add(Team team, Tensor out, Tensor a, Tensor b) {
        MemorySegment o = out.segment();
        MemorySegment x = a.segment();
        MemorySegment y = b.segment();
        runs(team, out.size(), b.size(), (i, j, n) -> add(o, x, i, y, j, n));
    }

    private static void add(
            MemorySegment o, MemorySegment a, long i, MemorySegment b, long j, int n) {
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            put(at(a, i + k).add(at(b, j + k)), o, i + k);
        }
        if (k < n) {
            VectorMask<Float> m = rest(k, n);
            put(at(a, i + k, m).add(at(b, j + k, m)), o, i + k, m);
        }
    }

    static void multiply(Team team, Tensor out, Tensor a, Tensor b) {
        MemorySegment o = out.segment();
        MemorySegment x = a.segment();
        MemorySegment y = b.segment();
        runs(team, out.size(), b.size(), (i, j, n) -> multiply(o, x, i, y, j, n));
    }

    private static void multiply(
            MemorySegment o, MemorySegment a, long i, MemorySegment b, long j, int n) {
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            put(at(a, i + k).mul(at(b, j + k)), o, i + k);
        }
        if (k < n) {
            VectorMask<Float> m = rest(k, n);
            put(at(a, i + k, m).mul(at(b, j + k, m)), o, i + k, m);
        }
    }

    static void combine(Team team, Tensor out, float alpha, Tensor a, float beta, Tensor b) {
        MemorySegment o = out.segment();
        MemorySegment x = a.segment();
        MemorySegment y = b.segment();
        runs(team, out.size(), out.size(), (i, j, n) -> combine(o, i, alpha, x, i, beta, y, i, n));
    }

    static void combine(
            MemorySegment o,
            long at,
            float alpha,
            MemorySegment a,
            long i,
            float beta,
            MemorySegment b,
            long j,
            int n) {
        FloatVector p = FloatVector.broadcast(FLOATS, alpha);
        FloatVector q = FloatVector.broadcast(FLOATS, beta);
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            put(at(a, i + k).fma(p, at(b, j + k).mul(q)), o, at + k);
        }
        if (k < n) {
            VectorMask<Float> m = rest(k, n);
            put(at(a, i + k, m).fma(p, at(b, j + k, m).mul(q)), o, at + k, m);
        }
    }

    static void affine(Team team, Tensor out, Tensor a, float alpha, float beta) {
        MemorySegment o = out.segment();
        MemorySegment x = a.segment();
        runs(team, out.size(), out.size(), (i, j, n) -> affine(o, x, i, alpha, beta, n));
    }

    private static void affine(
            MemorySegment o, MemorySegment a, long i, float alpha, float beta, int n) {
        FloatVector p = FloatVector.broadcast(FLOATS, alpha);
        FloatVector q = FloatVector.broadcast(FLOATS, beta);
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            put(at(a, i + k).fma(p, q), o, i + k);
        }
        if (k < n) {
            VectorMask<Float> m = rest(k, n);
            put(at(a, i + k, m).fma(p, q), o, i + k, m);
        }
    }

    static void clamp(Team team, Tensor out, Tensor a, float low, float high) {
        MemorySegment o = out.segment();
        MemorySegment x = a.segment();
        runs(team, out.size(), out.size(), (i, j, n) -> clamp(o, x, i, low, high, n));
    }

    private static void clamp(
            MemorySegment o, MemorySegment a, long i, float low, float high, int n) {
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            put(at(a, i + k).max(low).min(high), o, i + k);
        }
        if (k < n) {
            VectorMask<Float> m = rest(k, n);
            put(at(a, i + k, m).max(low).min(high), o, i + k, m);
        }
    }

    static void activate(Team team, Tensor out, Tensor a, Activation activation) {
        MemorySegment o = out.segment();
        MemorySegment x = a.segment();
        staged(
                team,
                out.size(),
                (i, n, y, scratch) -> {
                    Lanes.copy(x, i, y, 0, n);
                    Functions.activate(activation, y, 0, n);
                    Lanes.copy(y, 0, o, i, n);
                });
    }

    static void modulate(Team team, Tensor out, Tensor x, Tensor shift, Tensor scale) {
        MemorySegment o = out.segment();
        MemorySegment a = x.segment();
        MemorySegment b = shift.segment();
        MemorySegment c = scale.segment();
        runs(team, out.size(), shift.size(), (i, j, n) -> modulate(o, a, i, b, c, j, n));
    }

    private static void modulate(
            MemorySegment o,
            MemorySegment x,
            long i,
            MemorySegment shift,
            MemorySegment scale,
            long j,
            int n) {
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            put(at(x, i + k).fma(at(scale, j + k).add(1f), at(shift, j + k)), o, i + k);
        }
        if (k < n) {
            VectorMask<Float> m = rest(k, n);
            FloatVector s = at(scale, j + k, m).add(1f);
            put(at(x, i + k, m).fma(s, at(shift, j + k, m)), o, i + k, m);
        }
    }

    static void gatedSum(Team team, Tensor out, Tensor x, Tensor gate, Tensor y) {
        MemorySegment o = out.segment();
        MemorySegment a = x.segment();
        MemorySegment g = gate.segment();
        MemorySegment b = y.segment();
        runs(team, out.size(), gate.size(), (i, j, n) -> gatedSum(o, a, b, i, g, j, n));
    }

    private static void gatedSum(
            MemorySegment o,
            MemorySegment x,
            MemorySegment y,
            long i,
            MemorySegment gate,
            long j,
            int n) {
        int k = 0;
        for (int end = FLOATS.loopBound(n); k < end; k += WIDTH) {
            put(at(y, i + k).fma(at(gate, j + k), at(x, i + k)), o, i + k);
        }
        if (k < n) {
            VectorMask<Float> m = rest(k, n);
            put(at(y, i + k, m).fma(at(gate, j + k, m), at(x, i + k, m)), o, i + k, m);
        }
    }

    static void crossfade(Team team, Tensor out, Tensor a, Tensor b, int axis) {
        MemorySegment o = out.segment();
        MemorySegment x = a.segment();
        MemorySegment y = b.segment();
        long inner = a.shape().product(axis + 1, a.shape().rank());
        long length = a.dim(axis);
        runs(
                team,
                out.size(),
                inner,
                (i, j, n) -> {
                    float share = (float) ((double) (i / inner % length) / length);
                    combine(o, i, 1 - share, x, i, share, y, i, n);
                });
    }

    static void widen(Team team, Tensor out, Tensor x) {
        MemorySegment o = out.segment();
        MemorySegment a = x.segment();
        DType dtype = x.dtype();
        staged(
                team,
                out.size(),
                (i, n, y, scratch) -> {
                    Lanes.widen(a, dtype, i, y, 0, n, scratch);
                    Lanes.copy(y, 0, o, i, n);
                });
    }
}
