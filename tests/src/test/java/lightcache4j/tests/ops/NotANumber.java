package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Tensor;

/// What becomes of NaN: a run that has gone wrong must not look as if it had not.
public final class NotANumber {
    private static final int HEADS = 2;
    private static final int WIDTH = 16;

    private NotANumber() {}

    /// Attention to 20 keys: a NaN of one query is in all that its head has for it, and nowhere
    /// else.
    ///
    /// @param backend that is closed behind it
    public static void ofOneQueryIsInItsResult(Backend backend, int queries) {
        int row = queries / 2;
        float[] q = ramp(queries);
        q[row * HEADS * WIDTH + WIDTH + 3] = Float.NaN;
        Tensor out = Tensor.of(new float[q.length], queries, (long) HEADS * WIDTH);
        try (backend) {
            backend.ops()
                    .attention(
                            out,
                            tensor(q),
                            tensor(ramp(20)),
                            tensor(ramp(20)),
                            HEADS,
                            HEADS,
                            0.25f,
                            false,
                            null);
        }
        float[] result = out.toFloats();
        for (int i = 0; i < result.length; i++) {
            boolean its = i / (HEADS * WIDTH) == row && i % (HEADS * WIDTH) >= WIDTH;
            assertEquals(its, Float.isNaN(result[i]), "number " + i + " is " + result[i]);
        }
    }

    /// A NaN of either sign comes out of an activation.
    ///
    /// @param backend that is closed behind it
    public static void ofAnActivationStays(Backend backend, Activation activation) {
        float negative =
                Float.intBitsToFloat(Float.floatToRawIntBits(Float.NaN) | Integer.MIN_VALUE);
        float[] x = {1, Float.NaN, -2, negative, 3};
        Tensor out = Tensor.of(new float[x.length], x.length);
        try (backend) {
            backend.ops().activate(out, Tensor.of(x, x.length), activation);
        }
        float[] result = out.toFloats();
        for (int i = 0; i < x.length; i++) {
            assertEquals(i % 2 == 1, Float.isNaN(result[i]), "number " + i + " is " + result[i]);
        }
    }

    private static float[] ramp(int rows) {
        float[] values = new float[rows * HEADS * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 7 - 3;
        }
        return values;
    }

    private static Tensor tensor(float[] values) {
        return Tensor.of(values, values.length / (HEADS * WIDTH), (long) HEADS * WIDTH);
    }
}
