package lightcache4j.kernels.reference;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Moments;
import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Every operation in plain loops: what the formulas of [Ops] say, and nothing else.
///
/// Sums run in double precision and are rounded once, so that these results are closer to the exact
/// ones than any fast kernel's. One family of operations per class of this package.
public final class ReferenceOps implements Ops {
    @Override
    public void linear(
            Tensor out, Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation) {
        Sequences.linear(out, x, weight, bias, activation);
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
            @Nullable Tensor bias) {
        Sequences.attention(out, q, k, v, heads, kvHeads, scale, causal, bias);
    }

    @Override
    public void rope(Tensor out, Tensor x, Tensor cos, Tensor sin, boolean interleaved) {
        Sequences.rope(out, x, cos, sin, interleaved);
    }

    @Override
    public void embedding(Tensor out, Tensor table, Tensor ids) {
        Sequences.embedding(out, table, ids);
    }

    @Override
    public void layerNorm(
            Tensor out, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps) {
        Norms.layerNorm(out, x, weight, bias, eps);
    }

    @Override
    public void rmsNorm(Tensor out, Tensor x, @Nullable Tensor weight, float eps) {
        Norms.rmsNorm(out, x, weight, eps);
    }

    @Override
    public void groupStatistics(Tensor out, Tensor x, int groups, float eps) {
        Norms.groupStatistics(out, x, groups, eps);
    }

    @Override
    public void groupNormalize(
            Tensor out,
            Tensor x,
            Tensor statistics,
            Tensor weight,
            Tensor bias,
            Activation activation) {
        Norms.groupNormalize(out, x, statistics, weight, bias, activation);
    }

    @Override
    public void conv3d(
            Tensor out,
            Tensor x,
            @Nullable Tensor history,
            Tensor weight,
            @Nullable Tensor bias,
            ConvGeometry geometry) {
        Video.conv3d(out, x, history, weight, bias, geometry);
    }

    @Override
    public void upsampleNearest(Tensor out, Tensor x, int frames, int rows, int columns) {
        Video.upsampleNearest(out, x, frames, rows, columns);
    }

    @Override
    public void upsampleFramesLinear(Tensor out, Tensor x) {
        Video.upsampleFramesLinear(out, x);
    }

    @Override
    public void add(Tensor out, Tensor a, Tensor b) {
        Pointwise.each(out, a, b, (x, y) -> x + y);
    }

    @Override
    public void multiply(Tensor out, Tensor a, Tensor b) {
        Pointwise.each(out, a, b, (x, y) -> x * y);
    }

    @Override
    public void combine(Tensor out, float alpha, Tensor a, float beta, Tensor b) {
        Pointwise.each(out, a, b, (x, y) -> alpha * x + beta * y);
    }

    @Override
    public void affine(Tensor out, Tensor a, float alpha, float beta) {
        Pointwise.each(out, a, x -> alpha * x + beta);
    }

    @Override
    public void clamp(Tensor out, Tensor a, float low, float high) {
        Pointwise.each(out, a, x -> Math.min(Math.max(x, low), high));
    }

    @Override
    public void activate(Tensor out, Tensor x, Activation activation) {
        Pointwise.each(out, x, a -> Pointwise.activate(a, activation));
    }

    @Override
    public void modulate(Tensor out, Tensor x, Tensor shift, Tensor scale) {
        Pointwise.modulate(out, x, shift, scale);
    }

    @Override
    public void gatedSum(Tensor out, Tensor x, Tensor gate, Tensor y) {
        Pointwise.gatedSum(out, x, gate, y);
    }

    @Override
    public void crossfade(Tensor out, Tensor a, Tensor b, int axis) {
        Pointwise.crossfade(out, a, b, axis);
    }

    @Override
    public void concat(Tensor out, List<Tensor> parts, int axis) {
        Movement.concat(out, parts, axis);
    }

    @Override
    public void slice(Tensor out, Tensor x, int axis, long from) {
        Movement.slice(out, x, axis, from);
    }

    @Override
    public void permute(Tensor out, Tensor x, int[] order) {
        Movement.permute(out, x, order);
    }

    @Override
    public void widen(Tensor out, Tensor x) {
        Pointwise.each(out, x, a -> a);
    }

    @Override
    public Moments moments(Tensor x) {
        return Measures.moments(x);
    }

    @Override
    public double absoluteDifference(Tensor a, Tensor b) {
        return Measures.absoluteDifference(a, b);
    }
}
