package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;
import static lightcache4j.kernels.vector.Lanes.put;
import static lightcache4j.kernels.vector.Lanes.rest;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;

import lightcache4j.tensors.Tensor;

import java.lang.foreign.MemorySegment;

/// Rotary position. Cosines and sines of a token are laid out once as its heads need them, then
/// serve all heads.
///
/// Loops run over whole vectors and only the rest is masked: a loop of masked loads and stores took
/// C2 three seconds to compile, and a program that has just started waits for it.
final class Rope {
    /// Exchanges the two numbers of every pair of neighbours.
    private static final VectorShuffle<Float> NEIGHBOURS =
            VectorShuffle.fromOp(FLOATS, lane -> lane ^ 1);

    /// Each lane of the lower half twice.
    private static final VectorShuffle<Float> LOWER_TWICE =
            VectorShuffle.fromOp(FLOATS, lane -> lane / 2);

    /// Each lane of the upper half twice.
    private static final VectorShuffle<Float> UPPER_TWICE =
            VectorShuffle.fromOp(FLOATS, lane -> (WIDTH + lane) / 2);

    /// −1 and 1 in turns.
    private static final FloatVector SIGNS =
            FloatVector.broadcast(FLOATS, 1)
                    .blend(-1, VectorMask.fromLong(FLOATS, 0x5555555555555555L));

    private Rope() {}

    static void apply(
            Team team, Tensor out, Tensor x, Tensor cos, Tensor sin, boolean interleaved) {
        int tokens = x.shape().length(0);
        int heads = x.shape().length(1);
        int width = x.shape().length(2);
        int half = cos.shape().length(1);
        MemorySegment to = out.segment();
        MemorySegment from = x.segment();
        MemorySegment c = cos.segment();
        MemorySegment s = sin.segment();
        team.share(
                tokens,
                (long) heads * width,
                (first, last, scratch) -> {
                    int stride = 2 * Lanes.up(half);
                    float[] table = scratch.floats(Scratch.Use.SCALE, 2 * stride);
                    for (long l = first; l < last; l++) {
                        long start = l * heads * width;
                        long angle = l * half;
                        if (interleaved) {
                            interleave(c, s, angle, half, table, stride);
                            for (int h = 0; h < heads; h++) {
                                neighbours(
                                        to, from, start + (long) h * width, width, table, stride);
                            }
                        } else {
                            for (int h = 0; h < heads; h++) {
                                halves(to, from, start + (long) h * width, c, s, angle, half);
                            }
                        }
                    }
                });
    }

    /// `cos, cos` and `−sin, sin` for every pair.
    private static void interleave(
            MemorySegment cos, MemorySegment sin, long angle, int half, float[] table, int stride) {
        for (int i = 0; i < half; i += WIDTH) {
            VectorMask<Float> mask = rest(i, half);
            FloatVector c = at(cos, angle + i, mask);
            FloatVector s = at(sin, angle + i, mask);
            c.rearrange(LOWER_TWICE).intoArray(table, 2 * i);
            c.rearrange(UPPER_TWICE).intoArray(table, 2 * i + WIDTH);
            s.rearrange(LOWER_TWICE).mul(SIGNS).intoArray(table, stride + 2 * i);
            s.rearrange(UPPER_TWICE).mul(SIGNS).intoArray(table, stride + 2 * i + WIDTH);
        }
    }

    private static void neighbours(
            MemorySegment out, MemorySegment x, long start, int n, float[] table, int stride) {
        int i = 0;
        for (int end = FLOATS.loopBound(n); i < end; i += WIDTH) {
            FloatVector v = at(x, start + i);
            FloatVector turned = v.rearrange(NEIGHBOURS).mul(at(table, stride + i));
            put(v.fma(at(table, i), turned), out, start + i);
        }
        if (i < n) {
            VectorMask<Float> mask = rest(i, n);
            FloatVector v = at(x, start + i, mask);
            FloatVector turned = v.rearrange(NEIGHBOURS).mul(at(table, stride + i));
            put(v.fma(at(table, i), turned), out, start + i, mask);
        }
    }

    private static void halves(
            MemorySegment out,
            MemorySegment x,
            long start,
            MemorySegment cos,
            MemorySegment sin,
            long angle,
            int half) {
        int i = 0;
        for (int end = FLOATS.loopBound(half); i < end; i += WIDTH) {
            FloatVector a = at(x, start + i);
            FloatVector b = at(x, start + half + i);
            FloatVector c = at(cos, angle + i);
            FloatVector s = at(sin, angle + i);
            put(a.mul(c).sub(b.mul(s)), out, start + i);
            put(b.mul(c).add(a.mul(s)), out, start + half + i);
        }
        if (i < half) {
            VectorMask<Float> mask = rest(i, half);
            FloatVector a = at(x, start + i, mask);
            FloatVector b = at(x, start + half + i, mask);
            FloatVector c = at(cos, angle + i, mask);
            FloatVector s = at(sin, angle + i, mask);
            put(a.mul(c).sub(b.mul(s)), out, start + i, mask);
            put(b.mul(c).add(a.mul(s)), out, start + half + i, mask);
        }
    }
}
