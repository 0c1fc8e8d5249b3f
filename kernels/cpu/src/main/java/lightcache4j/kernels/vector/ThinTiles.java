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

    /// 24 rows by 1 vector.
    static void tile24x1(
            float[] a, int a0, int pitch, MemorySegment b, long b0, int steps, float[] c, int c0) {
        FloatVector u0 = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector u1 = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        FloatVector u2 = FloatVector.fromArray(FLOATS, c, c0 + 2 * WIDTH);
        FloatVector u3 = FloatVector.fromArray(FLOATS, c, c0 + 3 * WIDTH);
        FloatVector u4 = FloatVector.fromArray(FLOATS, c, c0 + 4 * WIDTH);
        FloatVector u5 = FloatVector.fromArray(FLOATS, c, c0 + 5 * WIDTH);
        FloatVector u6 = FloatVector.fromArray(FLOATS, c, c0 + 6 * WIDTH);
        FloatVector u7 = FloatVector.fromArray(FLOATS, c, c0 + 7 * WIDTH);
        FloatVector u8 = FloatVector.fromArray(FLOATS, c, c0 + 8 * WIDTH);
        FloatVector u9 = FloatVector.fromArray(FLOATS, c, c0 + 9 * WIDTH);
        FloatVector u10 = FloatVector.fromArray(FLOATS, c, c0 + 10 * WIDTH);
        FloatVector u11 = FloatVector.fromArray(FLOATS, c, c0 + 11 * WIDTH);
        FloatVector u12 = FloatVector.fromArray(FLOATS, c, c0 + 12 * WIDTH);
        FloatVector u13 = FloatVector.fromArray(FLOATS, c, c0 + 13 * WIDTH);
        FloatVector u14 = FloatVector.fromArray(FLOATS, c, c0 + 14 * WIDTH);
        FloatVector u15 = FloatVector.fromArray(FLOATS, c, c0 + 15 * WIDTH);
        FloatVector u16 = FloatVector.fromArray(FLOATS, c, c0 + 16 * WIDTH);
        FloatVector u17 = FloatVector.fromArray(FLOATS, c, c0 + 17 * WIDTH);
        FloatVector u18 = FloatVector.fromArray(FLOATS, c, c0 + 18 * WIDTH);
        FloatVector u19 = FloatVector.fromArray(FLOATS, c, c0 + 19 * WIDTH);
        FloatVector u20 = FloatVector.fromArray(FLOATS, c, c0 + 20 * WIDTH);
        FloatVector u21 = FloatVector.fromArray(FLOATS, c, c0 + 21 * WIDTH);
        FloatVector u22 = FloatVector.fromArray(FLOATS, c, c0 + 22 * WIDTH);
        FloatVector u23 = FloatVector.fromArray(FLOATS, c, c0 + 23 * WIDTH);
        int i = a0;
        for (int j = 0; j < steps * WIDTH; j += WIDTH) {
            FloatVector v = at(b, b0 + j);
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
            s = FloatVector.broadcast(FLOATS, a[i + 12]);
            u12 = s.fma(v, u12);
            s = FloatVector.broadcast(FLOATS, a[i + 13]);
            u13 = s.fma(v, u13);
            s = FloatVector.broadcast(FLOATS, a[i + 14]);
            u14 = s.fma(v, u14);
            s = FloatVector.broadcast(FLOATS, a[i + 15]);
            u15 = s.fma(v, u15);
            s = FloatVector.broadcast(FLOATS, a[i + 16]);
            u16 = s.fma(v, u16);
            s = FloatVector.broadcast(FLOATS, a[i + 17]);
            u17 = s.fma(v, u17);
            s = FloatVector.broadcast(FLOATS, a[i + 18]);
            u18 = s.fma(v, u18);
            s = FloatVector.broadcast(FLOATS, a[i + 19]);
            u19 = s.fma(v, u19);
            s = FloatVector.broadcast(FLOATS, a[i + 20]);
            u20 = s.fma(v, u20);
            s = FloatVector.broadcast(FLOATS, a[i + 21]);
            u21 = s.fma(v, u21);
            s = FloatVector.broadcast(FLOATS, a[i + 22]);
            u22 = s.fma(v, u22);
            s = FloatVector.broadcast(FLOATS, a[i + 23]);
            u23 = s.fma(v, u23);
            i += pitch;
        }
        u0.intoArray(c, c0);
        u1.intoArray(c, c0 + WIDTH);
        u2.intoArray(c, c0 + 2 * WIDTH);
        u3.intoArray(c, c0 + 3 * WIDTH);
        u4.intoArray(c, c0 + 4 * WIDTH);
        u5.intoArray(c, c0 + 5 * WIDTH);
        u6.intoArray(c, c0 + 6 * WIDTH);
        u7.intoArray(c, c0 + 7 * WIDTH);
        u8.intoArray(c, c0 + 8 * WIDTH);
        u9.intoArray(c, c0 + 9 * WIDTH);
        u10.intoArray(c, c0 + 10 * WIDTH);
        u11.intoArray(c, c0 + 11 * WIDTH);
        u12.intoArray(c, c0 + 12 * WIDTH);
        u13.intoArray(c, c0 + 13 * WIDTH);
        u14.intoArray(c, c0 + 14 * WIDTH);
        u15.intoArray(c, c0 + 15 * WIDTH);
        u16.intoArray(c, c0 + 16 * WIDTH);
        u17.intoArray(c, c0 + 17 * WIDTH);
        u18.intoArray(c, c0 + 18 * WIDTH);
        u19.intoArray(c, c0 + 19 * WIDTH);
        u20.intoArray(c, c0 + 20 * WIDTH);
        u21.intoArray(c, c0 + 21 * WIDTH);
        u22.intoArray(c, c0 + 22 * WIDTH);
        u23.intoArray(c, c0 + 23 * WIDTH);
    }

    /// 12 rows by 1 vector.
    static void tile12x1(
            float[] a, int a0, int pitch, MemorySegment b, long b0, int steps, float[] c, int c0) {
        FloatVector u0 = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector u1 = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        FloatVector u2 = FloatVector.fromArray(FLOATS, c, c0 + 2 * WIDTH);
        FloatVector u3 = FloatVector.fromArray(FLOATS, c, c0 + 3 * WIDTH);
        FloatVector u4 = FloatVector.fromArray(FLOATS, c, c0 + 4 * WIDTH);
        FloatVector u5 = FloatVector.fromArray(FLOATS, c, c0 + 5 * WIDTH);
        FloatVector u6 = FloatVector.fromArray(FLOATS, c, c0 + 6 * WIDTH);
        FloatVector u7 = FloatVector.fromArray(FLOATS, c, c0 + 7 * WIDTH);
        FloatVector u8 = FloatVector.fromArray(FLOATS, c, c0 + 8 * WIDTH);
        FloatVector u9 = FloatVector.fromArray(FLOATS, c, c0 + 9 * WIDTH);
        FloatVector u10 = FloatVector.fromArray(FLOATS, c, c0 + 10 * WIDTH);
        FloatVector u11 = FloatVector.fromArray(FLOATS, c, c0 + 11 * WIDTH);
        int i = a0;
        for (int j = 0; j < steps * WIDTH; j += WIDTH) {
            FloatVector v = at(b, b0 + j);
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
            i += pitch;
        }
        u0.intoArray(c, c0);
        u1.intoArray(c, c0 + WIDTH);
        u2.intoArray(c, c0 + 2 * WIDTH);
        u3.intoArray(c, c0 + 3 * WIDTH);
        u4.intoArray(c, c0 + 4 * WIDTH);
        u5.intoArray(c, c0 + 5 * WIDTH);
        u6.intoArray(c, c0 + 6 * WIDTH);
        u7.intoArray(c, c0 + 7 * WIDTH);
        u8.intoArray(c, c0 + 8 * WIDTH);
        u9.intoArray(c, c0 + 9 * WIDTH);
        u10.intoArray(c, c0 + 10 * WIDTH);
        u11.intoArray(c, c0 + 11 * WIDTH);
    }

    /// 8 rows by 1 vector.
    static void tile8x1(
            float[] a, int a0, int pitch, MemorySegment b, long b0, int steps, float[] c, int c0) {
        FloatVector u0 = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector u1 = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        FloatVector u2 = FloatVector.fromArray(FLOATS, c, c0 + 2 * WIDTH);
        FloatVector u3 = FloatVector.fromArray(FLOATS, c, c0 + 3 * WIDTH);
        FloatVector u4 = FloatVector.fromArray(FLOATS, c, c0 + 4 * WIDTH);
        FloatVector u5 = FloatVector.fromArray(FLOATS, c, c0 + 5 * WIDTH);
        FloatVector u6 = FloatVector.fromArray(FLOATS, c, c0 + 6 * WIDTH);
        FloatVector u7 = FloatVector.fromArray(FLOATS, c, c0 + 7 * WIDTH);
        int i = a0;
        for (int j = 0; j < steps * WIDTH; j += WIDTH) {
            FloatVector v = at(b, b0 + j);
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
            i += pitch;
        }
        u0.intoArray(c, c0);
        u1.intoArray(c, c0 + WIDTH);
        u2.intoArray(c, c0 + 2 * WIDTH);
        u3.intoArray(c, c0 + 3 * WIDTH);
        u4.intoArray(c, c0 + 4 * WIDTH);
        u5.intoArray(c, c0 + 5 * WIDTH);
        u6.intoArray(c, c0 + 6 * WIDTH);
        u7.intoArray(c, c0 + 7 * WIDTH);
    }

    /// 4 rows by 1 vector.
    static void tile4x1(
            float[] a, int a0, int pitch, MemorySegment b, long b0, int steps, float[] c, int c0) {
        FloatVector u0 = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector u1 = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        FloatVector u2 = FloatVector.fromArray(FLOATS, c, c0 + 2 * WIDTH);
        FloatVector u3 = FloatVector.fromArray(FLOATS, c, c0 + 3 * WIDTH);
        int i = a0;
        for (int j = 0; j < steps * WIDTH; j += WIDTH) {
            FloatVector v = at(b, b0 + j);
            FloatVector s = FloatVector.broadcast(FLOATS, a[i]);
            u0 = s.fma(v, u0);
            s = FloatVector.broadcast(FLOATS, a[i + 1]);
            u1 = s.fma(v, u1);
            s = FloatVector.broadcast(FLOATS, a[i + 2]);
            u2 = s.fma(v, u2);
            s = FloatVector.broadcast(FLOATS, a[i + 3]);
            u3 = s.fma(v, u3);
            i += pitch;
        }
        u0.intoArray(c, c0);
        u1.intoArray(c, c0 + WIDTH);
        u2.intoArray(c, c0 + 2 * WIDTH);
        u3.intoArray(c, c0 + 3 * WIDTH);
    }
}
