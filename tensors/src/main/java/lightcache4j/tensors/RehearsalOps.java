package lightcache4j.tensors;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/// Operations that do nothing, see [Rehearsal]. What they measure is always finite. Used by one
/// thread.
final class RehearsalOps implements Ops {
    private final double difference;
    private final Consumer<@Nullable Tensor> weights;
    private boolean compared;

    /// @param difference what each number of a tensor differs by from that of another
    /// @param weights is told of each weight that is read
    RehearsalOps(double difference, Consumer<@Nullable Tensor> weights) {
        this.difference = difference;
        this.weights = weights;
    }

    /// Whether two tensors were compared.
    boolean compared() {
        return compared;
    }

    @Override
    public void linear(
            Tensor out, Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation) {
        weights.accept(weight);
        weights.accept(weight.scale());
        weights.accept(bias);
    }

    @Override
    public void attention(
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            int heads,
            int kvHeads,
            float scale,
            boolean causal,
            @Nullable Tensor bias) {}

    @Override
    public void rope(Tensor out, Tensor x, Tensor cos, Tensor sin, boolean interleaved) {}

    @Override
    public void embedding(Tensor out, Tensor table, Tensor ids) {}

    @Override
    public void layerNorm(
            Tensor out, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps) {
        weights.accept(weight);
        weights.accept(bias);
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, @Nullable Tensor weight, float eps) {
        weights.accept(weight);
    }

    @Override
    public void groupStatistics(Tensor out, Tensor x, int groups, float eps) {}

    @Override
    public void groupNormalize(
            Tensor out,
            Tensor x,
            Tensor statistics,
            Tensor weight,
            Tensor bias,
            Activation activation) {
        weights.accept(weight);
        weights.accept(bias);
    }

    @Override
    public void conv3d(
            Tensor out,
            Tensor x,
            @Nullable Tensor history,
            Tensor weight,
            @Nullable Tensor bias,
            ConvGeometry geometry) {
        weights.accept(weight);
        weights.accept(bias);
    }

    @Override
    public void upsampleNearest(Tensor out, Tensor x, int frames, int rows, int columns) {}

    @Override
    public void upsampleFramesLinear(Tensor out, Tensor x) {}

    @Override
    public void add(Tensor out, Tensor a, Tensor b) {}

    @Override
    public void multiply(Tensor out, Tensor a, Tensor b) {}

    @Override
    public void combine(Tensor out, float alpha, Tensor a, float beta, Tensor b) {}

    @Override
    public void affine(Tensor out, Tensor a, float alpha, float beta) {}

    @Override
    public void clamp(Tensor out, Tensor a, float low, float high) {}

    @Override
    public void activate(Tensor out, Tensor x, Activation activation) {}

    @Override
    public void modulate(Tensor out, Tensor x, Tensor shift, Tensor scale) {}

    @Override
    public void gatedSum(Tensor out, Tensor x, Tensor gate, Tensor y) {}

    @Override
    public void crossfade(Tensor out, Tensor a, Tensor b, int axis) {}

    @Override
    public void concat(Tensor out, List<Tensor> parts, int axis) {}

    @Override
    public void slice(Tensor out, Tensor x, int axis, long from) {}

    @Override
    public void permute(Tensor out, Tensor x, int[] order) {}

    @Override
    public void widen(Tensor out, Tensor x) {
        weights.accept(x);
    }

    @Override
    public Moments moments(Tensor x) {
        return new Moments(x.size(), 0, 1, 1, true);
    }

    @Override
    public double absoluteDifference(Tensor a, Tensor b) {
        compared = true;
        return difference * a.size();
    }
}
