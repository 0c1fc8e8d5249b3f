package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.MemorySegment;

/// Register tiles for machines with 32 vector registers, four rows high; see [Tiles] for what a
/// tile computes.
///
/// Four scalars and six vectors are loaded for 24 fused multiply-adds. All 24 sums, the six vectors
/// and the scalar in use are 31 registers. Every sum is a variable of its own because the compiler
/// keeps variables in registers, never elements of an array.
final class WideTiles {
    private WideTiles() {}

    /// 4 rows by 6 vectors.
    static void tile4x6(
            float[] a,
            int a0,
            int[] rows,
            int row,
            MemorySegment b,
            long b0,
            int steps,
            float[] c,
            int c0,
            int stride) {
        int width = 6 * WIDTH;
        int r0 = a0 + rows[row];
        int r1 = a0 + rows[row + 1];
        int r2 = a0 + rows[row + 2];
        int r3 = a0 + rows[row + 3];
        FloatVector c00 = at(c, c0);
        FloatVector c01 = at(c, c0 + WIDTH);
        FloatVector c02 = at(c, c0 + 2 * WIDTH);
        FloatVector c03 = at(c, c0 + 3 * WIDTH);
        FloatVector c04 = at(c, c0 + 4 * WIDTH);
        FloatVector c05 = at(c, c0 + 5 * WIDTH);
        int p1 = c0 + stride;
        FloatVector c10 = at(c, p1);
        FloatVector c11 = at(c, p1 + WIDTH);
        FloatVector c12 = at(c, p1 + 2 * WIDTH);
        FloatVector c13 = at(c, p1 + 3 * WIDTH);
        FloatVector c14 = at(c, p1 + 4 * WIDTH);
        FloatVector c15 = at(c, p1 + 5 * WIDTH);
        int p2 = p1 + stride;
        FloatVector c20 = at(c, p2);
        FloatVector c21 = at(c, p2 + WIDTH);
        FloatVector c22 = at(c, p2 + 2 * WIDTH);
        FloatVector c23 = at(c, p2 + 3 * WIDTH);
        FloatVector c24 = at(c, p2 + 4 * WIDTH);
        FloatVector c25 = at(c, p2 + 5 * WIDTH);
        int p3 = p2 + stride;
        FloatVector c30 = at(c, p3);
        FloatVector c31 = at(c, p3 + WIDTH);
        FloatVector c32 = at(c, p3 + 2 * WIDTH);
        FloatVector c33 = at(c, p3 + 3 * WIDTH);
        FloatVector c34 = at(c, p3 + 4 * WIDTH);
        FloatVector c35 = at(c, p3 + 5 * WIDTH);
        for (int k = 0; k < steps; k++) {
            long p = b0 + (long) k * width;
            FloatVector v0 = at(b, p);
            FloatVector v1 = at(b, p + WIDTH);
            FloatVector v2 = at(b, p + 2L * WIDTH);
            FloatVector v3 = at(b, p + 3L * WIDTH);
            FloatVector v4 = at(b, p + 4L * WIDTH);
            FloatVector v5 = at(b, p + 5L * WIDTH);
            FloatVector s = FloatVector.broadcast(FLOATS, a[r0 + k]);
            c00 = s.fma(v0, c00);
            c01 = s.fma(v1, c01);
            c02 = s.fma(v2, c02);
            c03 = s.fma(v3, c03);
            c04 = s.fma(v4, c04);
            c05 = s.fma(v5, c05);
            s = FloatVector.broadcast(FLOATS, a[r1 + k]);
            c10 = s.fma(v0, c10);
            c11 = s.fma(v1, c11);
            c12 = s.fma(v2, c12);
            c13 = s.fma(v3, c13);
            c14 = s.fma(v4, c14);
            c15 = s.fma(v5, c15);
            s = FloatVector.broadcast(FLOATS, a[r2 + k]);
            c20 = s.fma(v0, c20);
            c21 = s.fma(v1, c21);
            c22 = s.fma(v2, c22);
            c23 = s.fma(v3, c23);
            c24 = s.fma(v4, c24);
            c25 = s.fma(v5, c25);
            s = FloatVector.broadcast(FLOATS, a[r3 + k]);
            c30 = s.fma(v0, c30);
            c31 = s.fma(v1, c31);
            c32 = s.fma(v2, c32);
            c33 = s.fma(v3, c33);
            c34 = s.fma(v4, c34);
            c35 = s.fma(v5, c35);
        }
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + WIDTH);
        c02.intoArray(c, c0 + 2 * WIDTH);
        c03.intoArray(c, c0 + 3 * WIDTH);
        c04.intoArray(c, c0 + 4 * WIDTH);
        c05.intoArray(c, c0 + 5 * WIDTH);
        c10.intoArray(c, p1);
        c11.intoArray(c, p1 + WIDTH);
        c12.intoArray(c, p1 + 2 * WIDTH);
        c13.intoArray(c, p1 + 3 * WIDTH);
        c14.intoArray(c, p1 + 4 * WIDTH);
        c15.intoArray(c, p1 + 5 * WIDTH);
        c20.intoArray(c, p2);
        c21.intoArray(c, p2 + WIDTH);
        c22.intoArray(c, p2 + 2 * WIDTH);
        c23.intoArray(c, p2 + 3 * WIDTH);
        c24.intoArray(c, p2 + 4 * WIDTH);
        c25.intoArray(c, p2 + 5 * WIDTH);
        c30.intoArray(c, p3);
        c31.intoArray(c, p3 + WIDTH);
        c32.intoArray(c, p3 + 2 * WIDTH);
        c33.intoArray(c, p3 + 3 * WIDTH);
        c34.intoArray(c, p3 + 4 * WIDTH);
        c35.intoArray(c, p3 + 5 * WIDTH);
    }

    /// 4 rows by 4 vectors.
    static void tile4x4(
            float[] a,
            int a0,
            int[] rows,
            int row,
            MemorySegment b,
            long b0,
            int steps,
            float[] c,
            int c0,
            int stride) {
        int width = 4 * WIDTH;
        int r0 = a0 + rows[row];
        int r1 = a0 + rows[row + 1];
        int r2 = a0 + rows[row + 2];
        int r3 = a0 + rows[row + 3];
        FloatVector c00 = at(c, c0);
        FloatVector c01 = at(c, c0 + WIDTH);
        FloatVector c02 = at(c, c0 + 2 * WIDTH);
        FloatVector c03 = at(c, c0 + 3 * WIDTH);
        int p1 = c0 + stride;
        FloatVector c10 = at(c, p1);
        FloatVector c11 = at(c, p1 + WIDTH);
        FloatVector c12 = at(c, p1 + 2 * WIDTH);
        FloatVector c13 = at(c, p1 + 3 * WIDTH);
        int p2 = p1 + stride;
        FloatVector c20 = at(c, p2);
        FloatVector c21 = at(c, p2 + WIDTH);
        FloatVector c22 = at(c, p2 + 2 * WIDTH);
        FloatVector c23 = at(c, p2 + 3 * WIDTH);
        int p3 = p2 + stride;
        FloatVector c30 = at(c, p3);
        FloatVector c31 = at(c, p3 + WIDTH);
        FloatVector c32 = at(c, p3 + 2 * WIDTH);
        FloatVector c33 = at(c, p3 + 3 * WIDTH);
        for (int k = 0; k < steps; k++) {
            long p = b0 + (long) k * width;
            FloatVector v0 = at(b, p);
            FloatVector v1 = at(b, p + WIDTH);
            FloatVector v2 = at(b, p + 2L * WIDTH);
            FloatVector v3 = at(b, p + 3L * WIDTH);
            FloatVector s = FloatVector.broadcast(FLOATS, a[r0 + k]);
            c00 = s.fma(v0, c00);
            c01 = s.fma(v1, c01);
            c02 = s.fma(v2, c02);
            c03 = s.fma(v3, c03);
            s = FloatVector.broadcast(FLOATS, a[r1 + k]);
            c10 = s.fma(v0, c10);
            c11 = s.fma(v1, c11);
            c12 = s.fma(v2, c12);
            c13 = s.fma(v3, c13);
            s = FloatVector.broadcast(FLOATS, a[r2 + k]);
            c20 = s.fma(v0, c20);
            c21 = s.fma(v1, c21);
            c22 = s.fma(v2, c22);
            c23 = s.fma(v3, c23);
            s = FloatVector.broadcast(FLOATS, a[r3 + k]);
            c30 = s.fma(v0, c30);
            c31 = s.fma(v1, c31);
            c32 = s.fma(v2, c32);
            c33 = s.fma(v3, c33);
        }
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + WIDTH);
        c02.intoArray(c, c0 + 2 * WIDTH);
        c03.intoArray(c, c0 + 3 * WIDTH);
        c10.intoArray(c, p1);
        c11.intoArray(c, p1 + WIDTH);
        c12.intoArray(c, p1 + 2 * WIDTH);
        c13.intoArray(c, p1 + 3 * WIDTH);
        c20.intoArray(c, p2);
        c21.intoArray(c, p2 + WIDTH);
        c22.intoArray(c, p2 + 2 * WIDTH);
        c23.intoArray(c, p2 + 3 * WIDTH);
        c30.intoArray(c, p3);
        c31.intoArray(c, p3 + WIDTH);
        c32.intoArray(c, p3 + 2 * WIDTH);
        c33.intoArray(c, p3 + 3 * WIDTH);
    }
}
