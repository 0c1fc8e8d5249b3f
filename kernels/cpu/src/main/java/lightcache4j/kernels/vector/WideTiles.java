package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.MemorySegment;

/// Register tiles two vectors wide; see [Tiles] for what a tile computes.
///
/// Every sum is a variable of its own because the compiler keeps variables in registers, never
/// elements of an array. The tile of twelve rows has 24 sums, 2 vectors and a spread number in 27
/// of 32 registers; that of six fits 16 registers. Methods of vectors are called as they are,
/// without one of ours between: so many calls exhaust what the compiler inlines unasked, and what
/// is not inlined turns vectors into objects.
final class WideTiles {
    private WideTiles() {}

    /// 12 rows by 2 vectors.
    static void tile12x2(
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
        FloatVector c0a = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector c0b = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        int p1 = c0 + stride;
        FloatVector c1a = FloatVector.fromArray(FLOATS, c, p1);
        FloatVector c1b = FloatVector.fromArray(FLOATS, c, p1 + WIDTH);
        int p2 = p1 + stride;
        FloatVector c2a = FloatVector.fromArray(FLOATS, c, p2);
        FloatVector c2b = FloatVector.fromArray(FLOATS, c, p2 + WIDTH);
        int p3 = p2 + stride;
        FloatVector c3a = FloatVector.fromArray(FLOATS, c, p3);
        FloatVector c3b = FloatVector.fromArray(FLOATS, c, p3 + WIDTH);
        int p4 = p3 + stride;
        FloatVector c4a = FloatVector.fromArray(FLOATS, c, p4);
        FloatVector c4b = FloatVector.fromArray(FLOATS, c, p4 + WIDTH);
        int p5 = p4 + stride;
        FloatVector c5a = FloatVector.fromArray(FLOATS, c, p5);
        FloatVector c5b = FloatVector.fromArray(FLOATS, c, p5 + WIDTH);
        int p6 = p5 + stride;
        FloatVector c6a = FloatVector.fromArray(FLOATS, c, p6);
        FloatVector c6b = FloatVector.fromArray(FLOATS, c, p6 + WIDTH);
        int p7 = p6 + stride;
        FloatVector c7a = FloatVector.fromArray(FLOATS, c, p7);
        FloatVector c7b = FloatVector.fromArray(FLOATS, c, p7 + WIDTH);
        int p8 = p7 + stride;
        FloatVector c8a = FloatVector.fromArray(FLOATS, c, p8);
        FloatVector c8b = FloatVector.fromArray(FLOATS, c, p8 + WIDTH);
        int p9 = p8 + stride;
        FloatVector c9a = FloatVector.fromArray(FLOATS, c, p9);
        FloatVector c9b = FloatVector.fromArray(FLOATS, c, p9 + WIDTH);
        int p10 = p9 + stride;
        FloatVector c10a = FloatVector.fromArray(FLOATS, c, p10);
        FloatVector c10b = FloatVector.fromArray(FLOATS, c, p10 + WIDTH);
        int p11 = p10 + stride;
        FloatVector c11a = FloatVector.fromArray(FLOATS, c, p11);
        FloatVector c11b = FloatVector.fromArray(FLOATS, c, p11 + WIDTH);
        for (int k = 0; k < steps; k++) {
            long p = b0 + (long) k * (2L * WIDTH);
            FloatVector va = at(b, p);
            FloatVector vb = at(b, p + WIDTH);
            int i = a0 + at[t0 + k];
            FloatVector s = FloatVector.broadcast(FLOATS, a[i]);
            c0a = s.fma(va, c0a);
            c0b = s.fma(vb, c0b);
            s = FloatVector.broadcast(FLOATS, a[i + 1]);
            c1a = s.fma(va, c1a);
            c1b = s.fma(vb, c1b);
            s = FloatVector.broadcast(FLOATS, a[i + 2]);
            c2a = s.fma(va, c2a);
            c2b = s.fma(vb, c2b);
            s = FloatVector.broadcast(FLOATS, a[i + 3]);
            c3a = s.fma(va, c3a);
            c3b = s.fma(vb, c3b);
            s = FloatVector.broadcast(FLOATS, a[i + 4]);
            c4a = s.fma(va, c4a);
            c4b = s.fma(vb, c4b);
            s = FloatVector.broadcast(FLOATS, a[i + 5]);
            c5a = s.fma(va, c5a);
            c5b = s.fma(vb, c5b);
            s = FloatVector.broadcast(FLOATS, a[i + 6]);
            c6a = s.fma(va, c6a);
            c6b = s.fma(vb, c6b);
            s = FloatVector.broadcast(FLOATS, a[i + 7]);
            c7a = s.fma(va, c7a);
            c7b = s.fma(vb, c7b);
            s = FloatVector.broadcast(FLOATS, a[i + 8]);
            c8a = s.fma(va, c8a);
            c8b = s.fma(vb, c8b);
            s = FloatVector.broadcast(FLOATS, a[i + 9]);
            c9a = s.fma(va, c9a);
            c9b = s.fma(vb, c9b);
            s = FloatVector.broadcast(FLOATS, a[i + 10]);
            c10a = s.fma(va, c10a);
            c10b = s.fma(vb, c10b);
            s = FloatVector.broadcast(FLOATS, a[i + 11]);
            c11a = s.fma(va, c11a);
            c11b = s.fma(vb, c11b);
        }
        c0a.intoArray(c, c0);
        c0b.intoArray(c, c0 + WIDTH);
        c1a.intoArray(c, p1);
        c1b.intoArray(c, p1 + WIDTH);
        c2a.intoArray(c, p2);
        c2b.intoArray(c, p2 + WIDTH);
        c3a.intoArray(c, p3);
        c3b.intoArray(c, p3 + WIDTH);
        c4a.intoArray(c, p4);
        c4b.intoArray(c, p4 + WIDTH);
        c5a.intoArray(c, p5);
        c5b.intoArray(c, p5 + WIDTH);
        c6a.intoArray(c, p6);
        c6b.intoArray(c, p6 + WIDTH);
        c7a.intoArray(c, p7);
        c7b.intoArray(c, p7 + WIDTH);
        c8a.intoArray(c, p8);
        c8b.intoArray(c, p8 + WIDTH);
        c9a.intoArray(c, p9);
        c9b.intoArray(c, p9 + WIDTH);
        c10a.intoArray(c, p10);
        c10b.intoArray(c, p10 + WIDTH);
        c11a.intoArray(c, p11);
        c11b.intoArray(c, p11 + WIDTH);
    }

    /// 8 rows by 2 vectors.
    static void tile8x2(
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
        FloatVector c0a = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector c0b = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        int p1 = c0 + stride;
        FloatVector c1a = FloatVector.fromArray(FLOATS, c, p1);
        FloatVector c1b = FloatVector.fromArray(FLOATS, c, p1 + WIDTH);
        int p2 = p1 + stride;
        FloatVector c2a = FloatVector.fromArray(FLOATS, c, p2);
        FloatVector c2b = FloatVector.fromArray(FLOATS, c, p2 + WIDTH);
        int p3 = p2 + stride;
        FloatVector c3a = FloatVector.fromArray(FLOATS, c, p3);
        FloatVector c3b = FloatVector.fromArray(FLOATS, c, p3 + WIDTH);
        int p4 = p3 + stride;
        FloatVector c4a = FloatVector.fromArray(FLOATS, c, p4);
        FloatVector c4b = FloatVector.fromArray(FLOATS, c, p4 + WIDTH);
        int p5 = p4 + stride;
        FloatVector c5a = FloatVector.fromArray(FLOATS, c, p5);
        FloatVector c5b = FloatVector.fromArray(FLOATS, c, p5 + WIDTH);
        int p6 = p5 + stride;
        FloatVector c6a = FloatVector.fromArray(FLOATS, c, p6);
        FloatVector c6b = FloatVector.fromArray(FLOATS, c, p6 + WIDTH);
        int p7 = p6 + stride;
        FloatVector c7a = FloatVector.fromArray(FLOATS, c, p7);
        FloatVector c7b = FloatVector.fromArray(FLOATS, c, p7 + WIDTH);
        for (int k = 0; k < steps; k++) {
            long p = b0 + (long) k * (2L * WIDTH);
            FloatVector va = at(b, p);
            FloatVector vb = at(b, p + WIDTH);
            int i = a0 + at[t0 + k];
            FloatVector s = FloatVector.broadcast(FLOATS, a[i]);
            c0a = s.fma(va, c0a);
            c0b = s.fma(vb, c0b);
            s = FloatVector.broadcast(FLOATS, a[i + 1]);
            c1a = s.fma(va, c1a);
            c1b = s.fma(vb, c1b);
            s = FloatVector.broadcast(FLOATS, a[i + 2]);
            c2a = s.fma(va, c2a);
            c2b = s.fma(vb, c2b);
            s = FloatVector.broadcast(FLOATS, a[i + 3]);
            c3a = s.fma(va, c3a);
            c3b = s.fma(vb, c3b);
            s = FloatVector.broadcast(FLOATS, a[i + 4]);
            c4a = s.fma(va, c4a);
            c4b = s.fma(vb, c4b);
            s = FloatVector.broadcast(FLOATS, a[i + 5]);
            c5a = s.fma(va, c5a);
            c5b = s.fma(vb, c5b);
            s = FloatVector.broadcast(FLOATS, a[i + 6]);
            c6a = s.fma(va, c6a);
            c6b = s.fma(vb, c6b);
            s = FloatVector.broadcast(FLOATS, a[i + 7]);
            c7a = s.fma(va, c7a);
            c7b = s.fma(vb, c7b);
        }
        c0a.intoArray(c, c0);
        c0b.intoArray(c, c0 + WIDTH);
        c1a.intoArray(c, p1);
        c1b.intoArray(c, p1 + WIDTH);
        c2a.intoArray(c, p2);
        c2b.intoArray(c, p2 + WIDTH);
        c3a.intoArray(c, p3);
        c3b.intoArray(c, p3 + WIDTH);
        c4a.intoArray(c, p4);
        c4b.intoArray(c, p4 + WIDTH);
        c5a.intoArray(c, p5);
        c5b.intoArray(c, p5 + WIDTH);
        c6a.intoArray(c, p6);
        c6b.intoArray(c, p6 + WIDTH);
        c7a.intoArray(c, p7);
        c7b.intoArray(c, p7 + WIDTH);
    }

    /// 6 rows by 2 vectors.
    static void tile6x2(
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
        FloatVector c0a = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector c0b = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        int p1 = c0 + stride;
        FloatVector c1a = FloatVector.fromArray(FLOATS, c, p1);
        FloatVector c1b = FloatVector.fromArray(FLOATS, c, p1 + WIDTH);
        int p2 = p1 + stride;
        FloatVector c2a = FloatVector.fromArray(FLOATS, c, p2);
        FloatVector c2b = FloatVector.fromArray(FLOATS, c, p2 + WIDTH);
        int p3 = p2 + stride;
        FloatVector c3a = FloatVector.fromArray(FLOATS, c, p3);
        FloatVector c3b = FloatVector.fromArray(FLOATS, c, p3 + WIDTH);
        int p4 = p3 + stride;
        FloatVector c4a = FloatVector.fromArray(FLOATS, c, p4);
        FloatVector c4b = FloatVector.fromArray(FLOATS, c, p4 + WIDTH);
        int p5 = p4 + stride;
        FloatVector c5a = FloatVector.fromArray(FLOATS, c, p5);
        FloatVector c5b = FloatVector.fromArray(FLOATS, c, p5 + WIDTH);
        for (int k = 0; k < steps; k++) {
            long p = b0 + (long) k * (2L * WIDTH);
            FloatVector va = at(b, p);
            FloatVector vb = at(b, p + WIDTH);
            int i = a0 + at[t0 + k];
            FloatVector s = FloatVector.broadcast(FLOATS, a[i]);
            c0a = s.fma(va, c0a);
            c0b = s.fma(vb, c0b);
            s = FloatVector.broadcast(FLOATS, a[i + 1]);
            c1a = s.fma(va, c1a);
            c1b = s.fma(vb, c1b);
            s = FloatVector.broadcast(FLOATS, a[i + 2]);
            c2a = s.fma(va, c2a);
            c2b = s.fma(vb, c2b);
            s = FloatVector.broadcast(FLOATS, a[i + 3]);
            c3a = s.fma(va, c3a);
            c3b = s.fma(vb, c3b);
            s = FloatVector.broadcast(FLOATS, a[i + 4]);
            c4a = s.fma(va, c4a);
            c4b = s.fma(vb, c4b);
            s = FloatVector.broadcast(FLOATS, a[i + 5]);
            c5a = s.fma(va, c5a);
            c5b = s.fma(vb, c5b);
        }
        c0a.intoArray(c, c0);
        c0b.intoArray(c, c0 + WIDTH);
        c1a.intoArray(c, p1);
        c1b.intoArray(c, p1 + WIDTH);
        c2a.intoArray(c, p2);
        c2b.intoArray(c, p2 + WIDTH);
        c3a.intoArray(c, p3);
        c3b.intoArray(c, p3 + WIDTH);
        c4a.intoArray(c, p4);
        c4b.intoArray(c, p4 + WIDTH);
        c5a.intoArray(c, p5);
        c5b.intoArray(c, p5 + WIDTH);
    }

    /// 4 rows by 2 vectors.
    static void tile4x2(
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
        FloatVector c0a = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector c0b = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        int p1 = c0 + stride;
        FloatVector c1a = FloatVector.fromArray(FLOATS, c, p1);
        FloatVector c1b = FloatVector.fromArray(FLOATS, c, p1 + WIDTH);
        int p2 = p1 + stride;
        FloatVector c2a = FloatVector.fromArray(FLOATS, c, p2);
        FloatVector c2b = FloatVector.fromArray(FLOATS, c, p2 + WIDTH);
        int p3 = p2 + stride;
        FloatVector c3a = FloatVector.fromArray(FLOATS, c, p3);
        FloatVector c3b = FloatVector.fromArray(FLOATS, c, p3 + WIDTH);
        for (int k = 0; k < steps; k++) {
            long p = b0 + (long) k * (2L * WIDTH);
            FloatVector va = at(b, p);
            FloatVector vb = at(b, p + WIDTH);
            int i = a0 + at[t0 + k];
            FloatVector s = FloatVector.broadcast(FLOATS, a[i]);
            c0a = s.fma(va, c0a);
            c0b = s.fma(vb, c0b);
            s = FloatVector.broadcast(FLOATS, a[i + 1]);
            c1a = s.fma(va, c1a);
            c1b = s.fma(vb, c1b);
            s = FloatVector.broadcast(FLOATS, a[i + 2]);
            c2a = s.fma(va, c2a);
            c2b = s.fma(vb, c2b);
            s = FloatVector.broadcast(FLOATS, a[i + 3]);
            c3a = s.fma(va, c3a);
            c3b = s.fma(vb, c3b);
        }
        c0a.intoArray(c, c0);
        c0b.intoArray(c, c0 + WIDTH);
        c1a.intoArray(c, p1);
        c1b.intoArray(c, p1 + WIDTH);
        c2a.intoArray(c, p2);
        c2b.intoArray(c, p2 + WIDTH);
        c3a.intoArray(c, p3);
        c3b.intoArray(c, p3 + WIDTH);
    }
}
