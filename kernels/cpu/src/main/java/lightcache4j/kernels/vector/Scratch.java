package lightcache4j.kernels.vector;

import java.util.EnumMap;
import java.util.Map;

/// Arrays that one thread works in, kept from call to call. They grow to what the largest call
/// needed.
final class Scratch {
    /// What an array is for; arrays of different uses are different.
    enum Use {
        /// Rows of the left factor of a product: activations.
        LEFT,
        /// Panels of the right factor of a product: packed weights, keys.
        RIGHT,
        /// Sums of a product.
        SUMS,
        /// Rows as they come from a tensor, before they are packed.
        STAGED,
        /// Values of attention.
        VALUES,
        /// Results of attention before they are divided.
        MIXED,
        /// Running maxima and sums of attention.
        RUNNING,
        /// A vector of weights: scales.
        SCALE,
        /// A vector of weights: shifts, biases.
        SHIFT
    }

    private final Map<Use, float[]> floats = new EnumMap<>(Use.class);
    private short[] shorts = {};
    private int[] ints = {};

    /// At least `size` numbers, content undefined.
    float[] floats(Use use, int size) {
        float[] held = floats.get(use);
        if (held == null || held.length < size) {
            held = new float[size];
            floats.put(use, held);
        }
        return held;
    }

    /// At least `size` half-width numbers, content undefined.
    short[] shorts(int size) {
        if (shorts.length < size) {
            shorts = new short[size];
        }
        return shorts;
    }

    /// At least `size` integers, content undefined.
    int[] ints(int size) {
        if (ints.length < size) {
            ints = new int[size];
        }
        return ints;
    }
}
