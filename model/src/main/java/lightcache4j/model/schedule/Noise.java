package lightcache4j.model.schedule;

import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

/// Normal noise equal to PyTorch's: a stream of draws, each equal to `torch.randn(shape,
/// generator=g)` in float32 with the CPU generator `g = torch.Generator().manual_seed(seed)`, to
/// 3·10⁻⁷ (PyTorch takes logarithm, sine and cosine in single precision).
///
/// The stream goes on from draw to draw as a `torch.Generator` does, so that a pipeline that draws
/// several tensors in the order of its original gets the original's numbers. A seed means the same
/// on every machine and backend.
///
/// PyTorch has two algorithms, both Box and Muller's: from [#GROUP] elements on, groups of 16 from
/// uniforms of 24 bits; below, one pair at a time from uniforms of 53 bits, the second of a pair
/// kept for later. Not safe for several threads.
public final class Noise {
    /// Elements that are transformed together, and from which on they are.
    private static final int GROUP = 16;

    private static final int HALF = GROUP / 2;
    private static final float TURN = (float) (2 * Math.PI);
    private static final int BITS_24 = (1 << 24) - 1;
    private static final long BITS_53 = (1L << 53) - 1;

    private final MersenneTwister bits;
    private double kept;
    private boolean keeps;

    /// @param seed as given to `manual_seed`; of it, the low 32 bits count
    public Noise(long seed) {
        this.bits = new MersenneTwister(seed);
    }

    /// The next draw, in host memory outside every workspace.
    ///
    /// @param dims lengths of the axes, outermost first; the order of elements is that of PyTorch
    public Tensor normal(long... dims) {
        float[] values = new float[Math.toIntExact(Shape.of(dims).size())];
        if (values.length < GROUP) {
            fillOneByOne(values);
        } else {
            fillInGroups(values);
        }
        return Tensor.of(values, dims);
    }

    private void fillInGroups(float[] values) {
        drawUniform(values, 0, values.length);
        int whole = values.length - values.length % GROUP;
        for (int at = 0; at < whole; at += GROUP) {
            transform(values, at);
        }
        if (whole < values.length) {
            // The last group is drawn anew, over the end of the one before it.
            int last = values.length - GROUP;
            drawUniform(values, last, values.length);
            transform(values, last);
        }
    }

    private void drawUniform(float[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            values[i] = (bits.next32() & BITS_24) * 0x1p-24f;
        }
    }

    private static void transform(float[] values, int at) {
        for (int j = at; j < at + HALF; j++) {
            double radius = Math.sqrt(-2 * Math.log(1 - values[j]));
            // Rounded as the original rounds it: an angle off by half a unit shows in the result.
            float angle = TURN * values[j + HALF];
            values[j] = (float) (radius * Math.cos(angle));
            values[j + HALF] = (float) (radius * Math.sin(angle));
        }
    }

    private void fillOneByOne(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) nextNormal();
        }
    }

    private double nextNormal() {
        if (keeps) {
            keeps = false;
            return kept;
        }
        double angle = 2 * Math.PI * nextUniform();
        double radius = Math.sqrt(-2 * Math.log1p(-nextUniform()));
        kept = radius * Math.sin(angle);
        keeps = true;
        return radius * Math.cos(angle);
    }

    private double nextUniform() {
        return (bits.next64() & BITS_53) * 0x1p-53;
    }
}
