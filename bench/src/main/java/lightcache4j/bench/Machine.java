package lightcache4j.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/// What one core of this machine can do at most: the measures that kernels are held against.
final class Machine {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /// Turns of the loop of multiply-adds.
    private static final int TURNS = 1_000_000;

    /// Bytes of each of the two buffers of [#stream]: more than caches hold of one core's.
    private static final long STREAM = 128L << 20;

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment from = arena.allocate(STREAM, 64);
    private final MemorySegment to = arena.allocate(STREAM, 64);

    /// Keeps the result, so that the work is not taken for useless.
    private final float[] sink = {0};

    /// Operations of one call of [#multiplyAdd].
    static double work() {
        return 2.0 * 12 * FLOATS.length() * TURNS;
    }

    /// Bytes that one call of [#stream] reads and writes.
    static double bytes() {
        return 2.0 * STREAM;
    }

    /// Multiplies and adds in twelve independent sums, all in registers.
    void multiplyAdd() {
        FloatVector m = FloatVector.broadcast(FLOATS, 0.5f);
        FloatVector x = FloatVector.broadcast(FLOATS, 1e-3f);
        FloatVector a = x, b = x.add(1f), c = x.add(2f), d = x.add(3f), e = x.add(4f);
        FloatVector f = x.add(5f), g = x.add(6f), h = x.add(7f), i = x.add(8f), j = x.add(9f);
        FloatVector k = x.add(10f), l = x.add(11f);
        for (int turn = 0; turn < TURNS; turn++) {
            a = m.fma(x, a);
            b = m.fma(x, b);
            c = m.fma(x, c);
            d = m.fma(x, d);
            e = m.fma(x, e);
            f = m.fma(x, f);
            g = m.fma(x, g);
            h = m.fma(x, h);
            i = m.fma(x, i);
            j = m.fma(x, j);
            k = m.fma(x, k);
            l = m.fma(x, l);
        }
        FloatVector sum = a.add(b).add(c).add(d).add(e).add(f);
        sum = sum.add(g).add(h).add(i).add(j).add(k).add(l);
        sink[0] += sum.reduceLanes(VectorOperators.ADD);
    }

    /// Reads one buffer and writes the other, as operations on single numbers do.
    void stream() {
        FloatVector factor = FloatVector.broadcast(FLOATS, 0.5f);
        for (long p = 0; p < STREAM; p += FLOATS.vectorByteSize()) {
            FloatVector.fromMemorySegment(FLOATS, from, p, ORDER)
                    .mul(factor)
                    .intoMemorySegment(to, p, ORDER);
        }
    }
}
