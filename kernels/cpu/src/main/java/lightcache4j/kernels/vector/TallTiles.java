package lightcache4j.kernels.vector;

import static lightcache4j.kernels.vector.Lanes.FLOATS;
import static lightcache4j.kernels.vector.Lanes.WIDTH;
import static lightcache4j.kernels.vector.Lanes.at;

import jdk.incubator.vector.FloatVector;

import java.lang.foreign.MemorySegment;

/// Register tiles of few vectors and many rows, for narrow results and for machines with 16 vector
/// registers; see [Tiles] for what a tile computes.
///
/// With one or two vectors, eight rows give the eight independent sums that hide the latency of a
/// multiply-add. The tile of four by three needs 16 registers.
final class TallTiles {
    private TallTiles() {}

    /// 4 rows by 3 vectors.
    static void tile4x3(
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
        int width = 3 * WIDTH;
        int r0 = a0 + rows[row];
        int r1 = a0 + rows[row + 1];
        int r2 = a0 + rows[row + 2];
        int r3 = a0 + rows[row + 3];
        FloatVector c00 = at(c, c0);
        FloatVector c01 = at(c, c0 + WIDTH);
        FloatVector c02 = at(c, c0 + 2 * WIDTH);
        int p1 = c0 + stride;
        FloatVector c10 = at(c, p1);
        FloatVector c11 = at(c, p1 + WIDTH);
        FloatVector c12 = at(c, p1 + 2 * WIDTH);
        int p2 = p1 + stride;
        FloatVector c20 = at(c, p2);
        FloatVector c21 = at(c, p2 + WIDTH);
        FloatVector c22 = at(c, p2 + 2 * WIDTH);
        int p3 = p2 + stride;
        FloatVector c30 = at(c, p3);
        FloatVector c31 = at(c, p3 + WIDTH);
        FloatVector c32 = at(c, p3 + 2 * WIDTH);
        for (int k = 0; k < steps; k++) {
            long p = b0 + (long) k * width;
            FloatVector v0 = at(b, p);
            FloatVector v1 = at(b, p + WIDTH);
            FloatVector v2 = at(b, p + 2L * WIDTH);
            FloatVector s = FloatVector.broadcast(FLOATS, a[r0 + k]);
            c00 = s.fma(v0, c00);
            c01 = s.fma(v1, c01);
            c02 = s.fma(v2, c02);
            s = FloatVector.broadcast(FLOATS, a[r1 + k]);
            c10 = s.fma(v0, c10);
            c11 = s.fma(v1, c11);
            c12 = s.fma(v2, c12);
            s = FloatVector.broadcast(FLOATS, a[r2 + k]);
            c20 = s.fma(v0, c20);
            c21 = s.fma(v1, c21);
            c22 = s.fma(v2, c22);
            s = FloatVector.broadcast(FLOATS, a[r3 + k]);
            c30 = s.fma(v0, c30);
            c31 = s.fma(v1, c31);
            c32 = s.fma(v2, c32);
        }
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + WIDTH);
        c02.intoArray(c, c0 + 2 * WIDTH);
        c10.intoArray(c, p1);
        c11.intoArray(c, p1 + WIDTH);
        c12.intoArray(c, p1 + 2 * WIDTH);
        c20.intoArray(c, p2);
        c21.intoArray(c, p2 + WIDTH);
        c22.intoArray(c, p2 + 2 * WIDTH);
        c30.intoArray(c, p3);
        c31.intoArray(c, p3 + WIDTH);
        c32.intoArray(c, p3 + 2 * WIDTH);
    }

    /// 8 rows by 3 vectors.
    static void tile8x3(
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
        int width = 3 * WIDTH;
        int r0 = a0 + rows[row];
        int r1 = a0 + rows[row + 1];
        int r2 = a0 + rows[row + 2];
        int r3 = a0 + rows[row + 3];
        int r4 = a0 + rows[row + 4];
        int r5 = a0 + rows[row + 5];
        int r6 = a0 + rows[row + 6];
        int r7 = a0 + rows[row + 7];
        FloatVector c00 = at(c, c0);
        FloatVector c01 = at(c, c0 + WIDTH);
        FloatVector c02 = at(c, c0 + 2 * WIDTH);
        int p1 = c0 + stride;
        FloatVector c10 = at(c, p1);
        FloatVector c11 = at(c, p1 + WIDTH);
        FloatVector c12 = at(c, p1 + 2 * WIDTH);
        int p2 = p1 + stride;
        FloatVector c20 = at(c, p2);
        FloatVector c21 = at(c, p2 + WIDTH);
        FloatVector c22 = at(c, p2 + 2 * WIDTH);
        int p3 = p2 + stride;
        FloatVector c30 = at(c, p3);
        FloatVector c31 = at(c, p3 + WIDTH);
        FloatVector c32 = at(c, p3 + 2 * WIDTH);
        int p4 = p3 + stride;
        FloatVector c40 = at(c, p4);
        FloatVector c41 = at(c, p4 + WIDTH);
        FloatVector c42 = at(c, p4 + 2 * WIDTH);
        int p5 = p4 + stride;
        FloatVector c50 = at(c, p5);
        FloatVector c51 = at(c, p5 + WIDTH);
        FloatVector c52 = at(c, p5 + 2 * WIDTH);
        int p6 = p5 + stride;
        FloatVector c60 = at(c, p6);
        FloatVector c61 = at(c, p6 + WIDTH);
        FloatVector c62 = at(c, p6 + 2 * WIDTH);
        int p7 = p6 + stride;
        FloatVector c70 = at(c, p7);
        FloatVector c71 = at(c, p7 + WIDTH);
        FloatVector c72 = at(c, p7 + 2 * WIDTH);
        for (int k = 0; k < steps; k++) {
            long p = b0 + (long) k * width;
            FloatVector v0 = at(b, p);
            FloatVector v1 = at(b, p + WIDTH);
            FloatVector v2 = at(b, p + 2L * WIDTH);
            FloatVector s = FloatVector.broadcast(FLOATS, a[r0 + k]);
            c00 = s.fma(v0, c00);
            c01 = s.fma(v1, c01);
            c02 = s.fma(v2, c02);
            s = FloatVector.broadcast(FLOATS, a[r1 + k]);
            c10 = s.fma(v0, c10);
            c11 = s.fma(v1, c11);
            c12 = s.fma(v2, c12);
            s = FloatVector.broadcast(FLOATS, a[r2 + k]);
            c20 = s.fma(v0, c20);
            c21 = s.fma(v1, c21);
            c22 = s.fma(v2, c22);
            s = FloatVector.broadcast(FLOATS, a[r3 + k]);
            c30 = s.fma(v0, c30);
            c31 = s.fma(v1, c31);
            c32 = s.fma(v2, c32);
            s = FloatVector.broadcast(FLOATS, a[r4 + k]);
            c40 = s.fma(v0, c40);
            c41 = s.fma(v1, c41);
            c42 = s.fma(v2, c42);
            s = FloatVector.broadcast(FLOATS, a[r5 + k]);
            c50 = s.fma(v0, c50);
            c51 = s.fma(v1, c51);
            c52 = s.fma(v2, c52);
            s = FloatVector.broadcast(FLOATS, a[r6 + k]);
            c60 = s.fma(v0, c60);
            c61 = s.fma(v1, c61);
            c62 = s.fma(v2, c62);
            s = FloatVector.broadcast(FLOATS, a[r7 + k]);
            c70 = s.fma(v0, c70);
            c71 = s.fma(v1, c71);
            c72 = s.fma(v2, c72);
        }
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + WIDTH);
        c02.intoArray(c, c0 + 2 * WIDTH);
        c10.intoArray(c, p1);
        c11.intoArray(c, p1 + WIDTH);
        c12.intoArray(c, p1 + 2 * WIDTH);
        c20.intoArray(c, p2);
        c21.intoArray(c, p2 + WIDTH);
        c22.intoArray(c, p2 + 2 * WIDTH);
        c30.intoArray(c, p3);
        c31.intoArray(c, p3 + WIDTH);
        c32.intoArray(c, p3 + 2 * WIDTH);
        c40.intoArray(c, p4);
        c41.intoArray(c, p4 + WIDTH);
        c42.intoArray(c, p4 + 2 * WIDTH);
        c50.intoArray(c, p5);
        c51.intoArray(c, p5 + WIDTH);
        c52.intoArray(c, p5 + 2 * WIDTH);
        c60.intoArray(c, p6);
        c61.intoArray(c, p6 + WIDTH);
        c62.intoArray(c, p6 + 2 * WIDTH);
        c70.intoArray(c, p7);
        c71.intoArray(c, p7 + WIDTH);
        c72.intoArray(c, p7 + 2 * WIDTH);
    }

    /// 8 rows by 2 vectors.
    static void tile8x2(
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
        int width = 2 * WIDTH;
        int r0 = a0 + rows[row];
        int r1 = a0 + rows[row + 1];
        int r2 = a0 + rows[row + 2];
        int r3 = a0 + rows[row + 3];
        int r4 = a0 + rows[row + 4];
        int r5 = a0 + rows[row + 5];
        int r6 = a0 + rows[row + 6];
        int r7 = a0 + rows[row + 7];
        FloatVector c00 = at(c, c0);
        FloatVector c01 = at(c, c0 + WIDTH);
        int p1 = c0 + stride;
        FloatVector c10 = at(c, p1);
        FloatVector c11 = at(c, p1 + WIDTH);
        int p2 = p1 + stride;
        FloatVector c20 = at(c, p2);
        FloatVector c21 = at(c, p2 + WIDTH);
        int p3 = p2 + stride;
        FloatVector c30 = at(c, p3);
        FloatVector c31 = at(c, p3 + WIDTH);
        int p4 = p3 + stride;
        FloatVector c40 = at(c, p4);
        FloatVector c41 = at(c, p4 + WIDTH);
        int p5 = p4 + stride;
        FloatVector c50 = at(c, p5);
        FloatVector c51 = at(c, p5 + WIDTH);
        int p6 = p5 + stride;
        FloatVector c60 = at(c, p6);
        FloatVector c61 = at(c, p6 + WIDTH);
        int p7 = p6 + stride;
        FloatVector c70 = at(c, p7);
        FloatVector c71 = at(c, p7 + WIDTH);
        for (int k = 0; k < steps; k++) {
            long p = b0 + (long) k * width;
            FloatVector v0 = at(b, p);
            FloatVector v1 = at(b, p + WIDTH);
            FloatVector s = FloatVector.broadcast(FLOATS, a[r0 + k]);
            c00 = s.fma(v0, c00);
            c01 = s.fma(v1, c01);
            s = FloatVector.broadcast(FLOATS, a[r1 + k]);
            c10 = s.fma(v0, c10);
            c11 = s.fma(v1, c11);
            s = FloatVector.broadcast(FLOATS, a[r2 + k]);
            c20 = s.fma(v0, c20);
            c21 = s.fma(v1, c21);
            s = FloatVector.broadcast(FLOATS, a[r3 + k]);
            c30 = s.fma(v0, c30);
            c31 = s.fma(v1, c31);
            s = FloatVector.broadcast(FLOATS, a[r4 + k]);
            c40 = s.fma(v0, c40);
            c41 = s.fma(v1, c41);
            s = FloatVector.broadcast(FLOATS, a[r5 + k]);
            c50 = s.fma(v0, c50);
            c51 = s.fma(v1, c51);
            s = FloatVector.broadcast(FLOATS, a[r6 + k]);
            c60 = s.fma(v0, c60);
            c61 = s.fma(v1, c61);
            s = FloatVector.broadcast(FLOATS, a[r7 + k]);
            c70 = s.fma(v0, c70);
            c71 = s.fma(v1, c71);
        }
        c00.intoArray(c, c0);
        c01.intoArray(c, c0 + WIDTH);
        c10.intoArray(c, p1);
        c11.intoArray(c, p1 + WIDTH);
        c20.intoArray(c, p2);
        c21.intoArray(c, p2 + WIDTH);
        c30.intoArray(c, p3);
        c31.intoArray(c, p3 + WIDTH);
        c40.intoArray(c, p4);
        c41.intoArray(c, p4 + WIDTH);
        c50.intoArray(c, p5);
        c51.intoArray(c, p5 + WIDTH);
        c60.intoArray(c, p6);
        c61.intoArray(c, p6 + WIDTH);
        c70.intoArray(c, p7);
        c71.intoArray(c, p7 + WIDTH);
    }

    /// 8 rows by 1 vectors.
    static void tile8x1(
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
        int r0 = a0 + rows[row];
        int r1 = a0 + rows[row + 1];
        int r2 = a0 + rows[row + 2];
        int r3 = a0 + rows[row + 3];
        int r4 = a0 + rows[row + 4];
        int r5 = a0 + rows[row + 5];
        int r6 = a0 + rows[row + 6];
        int r7 = a0 + rows[row + 7];
        FloatVector c00 = at(c, c0);
        int p1 = c0 + stride;
        FloatVector c10 = at(c, p1);
        int p2 = p1 + stride;
        FloatVector c20 = at(c, p2);
        int p3 = p2 + stride;
        FloatVector c30 = at(c, p3);
        int p4 = p3 + stride;
        FloatVector c40 = at(c, p4);
        int p5 = p4 + stride;
        FloatVector c50 = at(c, p5);
        int p6 = p5 + stride;
        FloatVector c60 = at(c, p6);
        int p7 = p6 + stride;
        FloatVector c70 = at(c, p7);
        for (int k = 0; k < steps; k++) {
            long p = b0 + (long) k * WIDTH;
            FloatVector v0 = at(b, p);
            FloatVector s = FloatVector.broadcast(FLOATS, a[r0 + k]);
            c00 = s.fma(v0, c00);
            s = FloatVector.broadcast(FLOATS, a[r1 + k]);
            c10 = s.fma(v0, c10);
            s = FloatVector.broadcast(FLOATS, a[r2 + k]);
            c20 = s.fma(v0, c20);
            s = FloatVector.broadcast(FLOATS, a[r3 + k]);
            c30 = s.fma(v0, c30);
            s = FloatVector.broadcast(FLOATS, a[r4 + k]);
            c40 = s.fma(v0, c40);
            s = FloatVector.broadcast(FLOATS, a[r5 + k]);
            c50 = s.fma(v0, c50);
            s = FloatVector.broadcast(FLOATS, a[r6 + k]);
            c60 = s.fma(v0, c60);
            s = FloatVector.broadcast(FLOATS, a[r7 + k]);
            c70 = s.fma(v0, c70);
        }
        c00.intoArray(c, c0);
        c10.intoArray(c, p1);
        c20.intoArray(c, p2);
        c30.intoArray(c, p3);
        c40.intoArray(c, p4);
        c50.intoArray(c, p5);
        c60.intoArray(c, p6);
        c70.intoArray(c, p7);
    }
}
