package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// Reading weights as they are stored.
///
/// A weight is named by two numbers among a kernel's parameters. `table` says what it is: [#WIDE]
/// for float32 in `memory`, else where in `memory` the float32 value of each of the 65 536 patterns
/// of its 16-bit type is found. A table is exact for every pattern, subnormals and NaN included,
/// and needs nothing that a device may lack. [#BYTES] are int8, eight to a `long`, and stand for
/// themselves here: what they are scaled by is applied to whole sums. `start` is where the weight
/// begins, in elements of `memory` or of `halves`.
final class WeightKernels {
    /// There is no weight.
    static final int ABSENT = -2;

    /// The weight is float32, in `memory`.
    static final int WIDE = -1;

    /// The weight is int8, in `halves`.
    static final int BYTES = -3;

    private WeightKernels() {}

    /// Element `i` of a weight.
    static float at(FloatArray memory, LongArray halves, int table, int start, int i) {
        if (table == WIDE) {
            return memory.get(start + i);
        }
        if (table == BYTES) {
            return (int) (halves.get(start + (i >> 3)) << (56 - ((i & 7) << 3)) >> 56);
        }
        int bits = (int) (halves.get(start + (i >> 2)) >>> ((i & 3) << 4)) & 0xffff;
        return memory.get(table + bits);
    }

    /// Element `i` of a weight, or what stands for it where there is none.
    static float at(
            FloatArray memory, LongArray halves, int table, int start, int i, float absent) {
        if (table == ABSENT) {
            return absent;
        }
        return at(memory, halves, table, start, i);
    }

    /// What a sum of products with row `row` of a weight is multiplied by.
    ///
    /// @param scale where in `memory` is what 127 stands for in each row of int8; −1 for other
    ///   types
    static float scale(FloatArray memory, int scale, int row) {
        if (scale < 0) {
            return 1f;
        }
        return memory.get(scale + row) / 127f;
    }

    /// `out[i] = weight[i]`. Parameters: count, out, table, start.
    static void widen(
            KernelContext c, FloatArray memory, LongArray halves, IntArray p, FloatArray s) {
        int i = c.globalIdx;
        if (i < p.get(0)) {
            memory.set(p.get(1) + i, at(memory, halves, p.get(2), p.get(3), i));
        }
    }
}
