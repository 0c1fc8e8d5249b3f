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
    ///
    /// @param alike whether all rows begin as the first, which alone is read then; a tile of its
    ///   own for that made a cold process a tenth slower, as both had to be compiled
    static void tile12x2(
            float[] a,
            int a0,
            int pitch,
            MemorySegment b,
            long b0,
            int steps,
            float[] c,
            int c0,
            boolean alike) {
        FloatVector c0a = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector c0b = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        FloatVector c1a;
        FloatVector c1b;
        FloatVector c2a;
        FloatVector c2b;
        FloatVector c3a;
        FloatVector c3b;
        FloatVector c4a;
        FloatVector c4b;
        FloatVector c5a;
        FloatVector c5b;
        FloatVector c6a;
        FloatVector c6b;
        FloatVector c7a;
        FloatVector c7b;
        FloatVector c8a;
        FloatVector c8b;
        FloatVector c9a;
        FloatVector c9b;
        FloatVector c10a;
        FloatVector c10b;
        FloatVector c11a;
        FloatVector c11b;
        if (alike) {
            c1a = c0a;
            c1b = c0b;
            c2a = c0a;
            c2b = c0b;
            c3a = c0a;
            c3b = c0b;
            c4a = c0a;
            c4b = c0b;
            c5a = c0a;
            c5b = c0b;
            c6a = c0a;
            c6b = c0b;
            c7a = c0a;
            c7b = c0b;
            c8a = c0a;
            c8b = c0b;
            c9a = c0a;
            c9b = c0b;
            c10a = c0a;
            c10b = c0b;
            c11a = c0a;
            c11b = c0b;
        } else {
            c1a = FloatVector.fromArray(FLOATS, c, c0 + 2 * WIDTH);
            c1b = FloatVector.fromArray(FLOATS, c, c0 + 3 * WIDTH);
            c2a = FloatVector.fromArray(FLOATS, c, c0 + 4 * WIDTH);
            c2b = FloatVector.fromArray(FLOATS, c, c0 + 5 * WIDTH);
            c3a = FloatVector.fromArray(FLOATS, c, c0 + 6 * WIDTH);
            c3b = FloatVector.fromArray(FLOATS, c, c0 + 7 * WIDTH);
            c4a = FloatVector.fromArray(FLOATS, c, c0 + 8 * WIDTH);
            c4b = FloatVector.fromArray(FLOATS, c, c0 + 9 * WIDTH);
            c5a = FloatVector.fromArray(FLOATS, c, c0 + 10 * WIDTH);
            c5b = FloatVector.fromArray(FLOATS, c, c0 + 11 * WIDTH);
            c6a = FloatVector.fromArray(FLOATS, c, c0 + 12 * WIDTH);
            c6b = FloatVector.fromArray(FLOATS, c, c0 + 13 * WIDTH);
            c7a = FloatVector.fromArray(FLOATS, c, c0 + 14 * WIDTH);
            c7b = FloatVector.fromArray(FLOATS, c, c0 + 15 * WIDTH);
            c8a = FloatVector.fromArray(FLOATS, c, c0 + 16 * WIDTH);
            c8b = FloatVector.fromArray(FLOATS, c, c0 + 17 * WIDTH);
            c9a = FloatVector.fromArray(FLOATS, c, c0 + 18 * WIDTH);
            c9b = FloatVector.fromArray(FLOATS, c, c0 + 19 * WIDTH);
            c10a = FloatVector.fromArray(FLOATS, c, c0 + 20 * WIDTH);
            c10b = FloatVector.fromArray(FLOATS, c, c0 + 21 * WIDTH);
            c11a = FloatVector.fromArray(FLOATS, c, c0 + 22 * WIDTH);
            c11b = FloatVector.fromArray(FLOATS, c, c0 + 23 * WIDTH);
        }
        int i = a0;
        for (int j = 0; j < steps * 2 * WIDTH; j += 2 * WIDTH) {
            FloatVector va = at(b, b0 + j);
            FloatVector vb = at(b, b0 + j + WIDTH);
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
            i += pitch;
        }
        c0a.intoArray(c, c0);
        c0b.intoArray(c, c0 + WIDTH);
        c1a.intoArray(c, c0 + 2 * WIDTH);
        c1b.intoArray(c, c0 + 3 * WIDTH);
        c2a.intoArray(c, c0 + 4 * WIDTH);
        c2b.intoArray(c, c0 + 5 * WIDTH);
        c3a.intoArray(c, c0 + 6 * WIDTH);
        c3b.intoArray(c, c0 + 7 * WIDTH);
        c4a.intoArray(c, c0 + 8 * WIDTH);
        c4b.intoArray(c, c0 + 9 * WIDTH);
        c5a.intoArray(c, c0 + 10 * WIDTH);
        c5b.intoArray(c, c0 + 11 * WIDTH);
        c6a.intoArray(c, c0 + 12 * WIDTH);
        c6b.intoArray(c, c0 + 13 * WIDTH);
        c7a.intoArray(c, c0 + 14 * WIDTH);
        c7b.intoArray(c, c0 + 15 * WIDTH);
        c8a.intoArray(c, c0 + 16 * WIDTH);
        c8b.intoArray(c, c0 + 17 * WIDTH);
        c9a.intoArray(c, c0 + 18 * WIDTH);
        c9b.intoArray(c, c0 + 19 * WIDTH);
        c10a.intoArray(c, c0 + 20 * WIDTH);
        c10b.intoArray(c, c0 + 21 * WIDTH);
        c11a.intoArray(c, c0 + 22 * WIDTH);
        c11b.intoArray(c, c0 + 23 * WIDTH);
    }

    /// 8 rows by 2 vectors.
    static void tile8x2(
            float[] a, int a0, int pitch, MemorySegment b, long b0, int steps, float[] c, int c0) {
        FloatVector c0a = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector c0b = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        FloatVector c1a = FloatVector.fromArray(FLOATS, c, c0 + 2 * WIDTH);
        FloatVector c1b = FloatVector.fromArray(FLOATS, c, c0 + 3 * WIDTH);
        FloatVector c2a = FloatVector.fromArray(FLOATS, c, c0 + 4 * WIDTH);
        FloatVector c2b = FloatVector.fromArray(FLOATS, c, c0 + 5 * WIDTH);
        FloatVector c3a = FloatVector.fromArray(FLOATS, c, c0 + 6 * WIDTH);
        FloatVector c3b = FloatVector.fromArray(FLOATS, c, c0 + 7 * WIDTH);
        FloatVector c4a = FloatVector.fromArray(FLOATS, c, c0 + 8 * WIDTH);
        FloatVector c4b = FloatVector.fromArray(FLOATS, c, c0 + 9 * WIDTH);
        FloatVector c5a = FloatVector.fromArray(FLOATS, c, c0 + 10 * WIDTH);
        FloatVector c5b = FloatVector.fromArray(FLOATS, c, c0 + 11 * WIDTH);
        FloatVector c6a = FloatVector.fromArray(FLOATS, c, c0 + 12 * WIDTH);
        FloatVector c6b = FloatVector.fromArray(FLOATS, c, c0 + 13 * WIDTH);
        FloatVector c7a = FloatVector.fromArray(FLOATS, c, c0 + 14 * WIDTH);
        FloatVector c7b = FloatVector.fromArray(FLOATS, c, c0 + 15 * WIDTH);
        int i = a0;
        for (int j = 0; j < steps * 2 * WIDTH; j += 2 * WIDTH) {
            FloatVector va = at(b, b0 + j);
            FloatVector vb = at(b, b0 + j + WIDTH);
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
            i += pitch;
        }
        c0a.intoArray(c, c0);
        c0b.intoArray(c, c0 + WIDTH);
        c1a.intoArray(c, c0 + 2 * WIDTH);
        c1b.intoArray(c, c0 + 3 * WIDTH);
        c2a.intoArray(c, c0 + 4 * WIDTH);
        c2b.intoArray(c, c0 + 5 * WIDTH);
        c3a.intoArray(c, c0 + 6 * WIDTH);
        c3b.intoArray(c, c0 + 7 * WIDTH);
        c4a.intoArray(c, c0 + 8 * WIDTH);
        c4b.intoArray(c, c0 + 9 * WIDTH);
        c5a.intoArray(c, c0 + 10 * WIDTH);
        c5b.intoArray(c, c0 + 11 * WIDTH);
        c6a.intoArray(c, c0 + 12 * WIDTH);
        c6b.intoArray(c, c0 + 13 * WIDTH);
        c7a.intoArray(c, c0 + 14 * WIDTH);
        c7b.intoArray(c, c0 + 15 * WIDTH);
    }

    /// 6 rows by 2 vectors.
    static void tile6x2(
            float[] a, int a0, int pitch, MemorySegment b, long b0, int steps, float[] c, int c0) {
        FloatVector c0a = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector c0b = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        FloatVector c1a = FloatVector.fromArray(FLOATS, c, c0 + 2 * WIDTH);
        FloatVector c1b = FloatVector.fromArray(FLOATS, c, c0 + 3 * WIDTH);
        FloatVector c2a = FloatVector.fromArray(FLOATS, c, c0 + 4 * WIDTH);
        FloatVector c2b = FloatVector.fromArray(FLOATS, c, c0 + 5 * WIDTH);
        FloatVector c3a = FloatVector.fromArray(FLOATS, c, c0 + 6 * WIDTH);
        FloatVector c3b = FloatVector.fromArray(FLOATS, c, c0 + 7 * WIDTH);
        FloatVector c4a = FloatVector.fromArray(FLOATS, c, c0 + 8 * WIDTH);
        FloatVector c4b = FloatVector.fromArray(FLOATS, c, c0 + 9 * WIDTH);
        FloatVector c5a = FloatVector.fromArray(FLOATS, c, c0 + 10 * WIDTH);
        FloatVector c5b = FloatVector.fromArray(FLOATS, c, c0 + 11 * WIDTH);
        int i = a0;
        for (int j = 0; j < steps * 2 * WIDTH; j += 2 * WIDTH) {
            FloatVector va = at(b, b0 + j);
            FloatVector vb = at(b, b0 + j + WIDTH);
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
            i += pitch;
        }
        c0a.intoArray(c, c0);
        c0b.intoArray(c, c0 + WIDTH);
        c1a.intoArray(c, c0 + 2 * WIDTH);
        c1b.intoArray(c, c0 + 3 * WIDTH);
        c2a.intoArray(c, c0 + 4 * WIDTH);
        c2b.intoArray(c, c0 + 5 * WIDTH);
        c3a.intoArray(c, c0 + 6 * WIDTH);
        c3b.intoArray(c, c0 + 7 * WIDTH);
        c4a.intoArray(c, c0 + 8 * WIDTH);
        c4b.intoArray(c, c0 + 9 * WIDTH);
        c5a.intoArray(c, c0 + 10 * WIDTH);
        c5b.intoArray(c, c0 + 11 * WIDTH);
    }

    /// 4 rows by 2 vectors.
    static void tile4x2(
            float[] a, int a0, int pitch, MemorySegment b, long b0, int steps, float[] c, int c0) {
        FloatVector c0a = FloatVector.fromArray(FLOATS, c, c0);
        FloatVector c0b = FloatVector.fromArray(FLOATS, c, c0 + WIDTH);
        FloatVector c1a = FloatVector.fromArray(FLOATS, c, c0 + 2 * WIDTH);
        FloatVector c1b = FloatVector.fromArray(FLOATS, c, c0 + 3 * WIDTH);
        FloatVector c2a = FloatVector.fromArray(FLOATS, c, c0 + 4 * WIDTH);
        FloatVector c2b = FloatVector.fromArray(FLOATS, c, c0 + 5 * WIDTH);
        FloatVector c3a = FloatVector.fromArray(FLOATS, c, c0 + 6 * WIDTH);
        FloatVector c3b = FloatVector.fromArray(FLOATS, c, c0 + 7 * WIDTH);
        int i = a0;
        for (int j = 0; j < steps * 2 * WIDTH; j += 2 * WIDTH) {
            FloatVector va = at(b, b0 + j);
            FloatVector vb = at(b, b0 + j + WIDTH);
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
            i += pitch;
        }
        c0a.intoArray(c, c0);
        c0b.intoArray(c, c0 + WIDTH);
        c1a.intoArray(c, c0 + 2 * WIDTH);
        c1b.intoArray(c, c0 + 3 * WIDTH);
        c2a.intoArray(c, c0 + 4 * WIDTH);
        c2b.intoArray(c, c0 + 5 * WIDTH);
        c3a.intoArray(c, c0 + 6 * WIDTH);
        c3b.intoArray(c, c0 + 7 * WIDTH);
    }
}
