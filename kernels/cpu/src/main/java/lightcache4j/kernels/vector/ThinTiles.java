package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.MemorySegment;

/// Register tiles one vector wide, for the last vector of a result with an odd number of them; see
/// [Tiles] for what a tile computes. Many rows give the independent sums that hide the latency of a
/// multiply-add.
final class ThinTiles {
    private ThinTiles() {}

    /// 12 rows by 1 vector.
    static void tile12x1(
            float[] a,
            int a0,
            int[] at,
            int t0,
            MemorySegment b,
            long b0,
            int steps,
            float[] c,
            int c0,
            int stride) {
        FloatVector u0 = FloatVector.fromArray(FLOATS, c, c0);
        int p1 = c0 + stride;
        FloatVector u1 = FloatVector.fromArray(FLOATS, c, p1);
        int p2 = p1 + stride;
        FloatVector u2 = FloatVector.fromArray(FLOATS, c, p2);
        int p3 = p2 + stride;
        FloatVector u3 = FloatVector.fromArray(FLOATS, c, p3);
        int p4 = p3 + stride;
        FloatVector u4 = FloatVector.fromArray(FLOATS, c, p4);
        int p5 = p4 + stride;
        FloatVector u5 = FloatVector.fromArray(FLOATS, c, p5);
        int p6 = p5 + stride;
        FloatVector u6 = FloatVector.fromArray(FLOATS, c, p6);
        int p7 = p6 + stride;
        FloatVector u7 = FloatVector.fromArray(FLOATS, c, p7);
        int p8 = p7 + stride;
        FloatVector u8 = FloatVector.fromArray(FLOATS, c, p8);
        int p9 = p8 + stride;
        FloatVector u9 = FloatVector.fromArray(FLOATS, c, p9);
        int p10 = p9 + stride;
        FloatVector u10 = FloatVector.fromArray(FLOATS, c, p10);
        int p11 = p10 + stride;
        FloatVector u11 = FloatVector.fromArray(FLOATS, c, p11);
        for (int k = 0; k < steps; k++) {
            FloatVector v = at(b, b0 + (long) k * WIDTH);
            int i = a0 + at[t0 + k];
            FloatVector s = FloatVector.broadcast(FLOATS, a[i]);
            u0 = s.fma(v, u0);
            s = FloatVector.broadcast(FLOATS, a[i + 1]);
            u1 = s.fma(v, u1);
            s = FloatVector.broadcast(FLOATS, a[i + 2]);
            u2 = s.fma(v, u2);
            s = FloatVector.broadcast(FLOATS, a[i + 3]);
            u3 = s.fma(v, u3);
            s = FloatVector.broadcast(FLOATS, a[i + 4]);
            u4 = s.fma(v, u4);
            s = FloatVector.broadcast(FLOATS, a[i + 5]);
            u5 = s.fma(v, u5);
            s = FloatVector.broadcast(FLOATS, a[i + 6]);
            u6 = s.fma(v, u6);
            s = FloatVector.broadcast(FLOATS, a[i + 7]);
            u7 = s.fma(v, u7);
            s = FloatVector.broadcast(FLOATS, a[i + 8]);
            u8 = s.fma(v, u8);
            s = FloatVector.broadcast(FLOATS, a[i + 9]);
            u9 = s.fma(v, u9);
            s = FloatVector.broadcast(FLOATS, a[i + 10]);
            u10 = s.fma(v, u10);
            s = FloatVector.broadcast(FLOATS, a[i + 11]);
            u11 = s.fma(v, u11);
        }
        u0.intoArray(c, c0);
        u1.intoArray(c, p1);
        u2.intoArray(c, p2);
        u3.intoArray(c, p3);
        u4.intoArray(c, p4);
        u5.intoArray(c, p5);
        u6.intoArray(c, p6);
        u7.intoArray(c, p7);
        u8.intoArray(c, p8);
        u9.intoArray(c, p9);
        u10.intoArray(c, p10);
        u11.intoArray(c, p11);
    }

    /// 8 rows by 1 vector.
    static void tile8x1(
            float[] a,
            int a0,
            int[] at,
            int t0,
            MemorySegment b,
            long b0,
            int steps,
            float[] c,
            int c0,
            int stride) {
        FloatVector u0 = FloatVector.fromArray(FLOATS, c, c0);
        int p1 = c0 + stride;
        FloatVector u1 = FloatVector.fromArray(FLOATS, c, p1);
        int p2 = p1 + stride;
        FloatVector u2 = FloatVector.fromArray(FLOATS, c, p2);
        int p3 = p2 + stride;
        FloatVector u3 = FloatVector.fromArray(FLOATS, c, p3);
        int p4 = p3 + stride;
        FloatVector u4 = FloatVector.fromArray(FLOATS, c, p4);
        int p5 = p4 + stride;
        FloatVector u5 = FloatVector.fromArray(FLOATS, c, p5);
        int p6 = p5 + stride;
        FloatVector u6 = FloatVector.fromArray(FLOATS, c, p6);
        int p7 = p6 + stride;
        FloatVector u7 = FloatVector.fromArray(FLOATS, c, p7);
        for (int k = 0; k < steps; k++) {
            FloatVector v = at(b, b0 + (long) k * WIDTH);
            int i = a0 + at[t0 + k];
            FloatVector s = FloatVector.broadcast(FLOATS, a[i]);
            u0 = s.fma(v, u0);
            s = FloatVector.broadcast(FLOATS, a[i + 1]);
            u1 = s.fma(v, u1);
            s = FloatVector.broadcast(FLOATS, a[i + 2]);
            u2 = s.fma(v, u2);
            s = FloatVector.broadcast(FLOATS, a[i + 3]);
            u3 = s.fma(v, u3);
            s = FloatVector.broadcast(FLOATS, a[i + 4]);
            u4 = s.fma(v, u4);
            s = FloatVector.broadcast(FLOATS, a[i + 5]);
            u5 = s.fma(v, u5);
            s = FloatVector.broadcast(FLOATS, a[i + 6]);
            u6 = s.fma(v, u6);
            s = FloatVector.broadcast(FLOATS, a[i + 7]);
            u7 = s.fma(v, u7);
        }
        u0.intoArray(c, c0);
        u1.intoArray(c, p1);
        u2.intoArray(c, p2);
        u3.intoArray(c, p3);
        u4.intoArray(c, p4);
        u5.intoArray(c, p5);
        u6.intoArray(c, p6);
        u7.intoArray(c, p7);
    }

    /// 4 rows by 1 vector.
    static void tile4x1(
            float[] a,
            int a0,
            int[] at,
            int t0,
            MemorySegment b,
            long b0,
            int steps,
            float[] c,
            int c0,
            int stride) {
        FloatVector u0 = FloatVector.fromArray(FLOATS, c, c0);
        int p1 = c0 + stride;
        FloatVector u1 = FloatVector.fromArray(FLOATS, c, p1);
        int p2 = p1 + stride;
        FloatVector u2 = FloatVector.fromArray(FLOATS, c, p2);
        int p3 = p2 + stride;
        FloatVector u3 = FloatVector.fromArray(FLOATS, c, p3);
        for (int k = 0; k < steps; k++) {
            FloatVector v = at(b, b0 + (long) k * WIDTH);
            int i = a0 + at[t0 + k];
            FloatVector s = FloatVector.broadcast(FLOATS, a[i]);
            u0 = s.fma(v, u0);
            s = FloatVector.broadcast(FLOATS, a[i + 1]);
            u1 = s.fma(v, u1);
            s = FloatVector.broadcast(FLOATS, a[i + 2]);
            u2 = s.fma(v, u2);
            s = FloatVector.broadcast(FLOATS, a[i + 3]);
            u3 = s.fma(v, u3);
        }
        u0.intoArray(c, c0);
        u1.intoArray(c, p1);
        u2.intoArray(c, p2);
        u3.intoArray(c, p3);
    }
}
