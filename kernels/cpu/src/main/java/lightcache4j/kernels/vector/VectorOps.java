package lightcache4j.kernels.vector;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Moments;
import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Every operation with the Vector API, by a [Team] of threads; one kernel idea per class of this
/// package.
///
/// Operations are computed one after the other, whichever thread asks: they share the threads, and
/// the arrays that those work in. Results do not depend on the number of threads.
public final class VectorOps implements Ops {
    private final Team team;

    VectorOps(Team team) {
        this.team = team;
    }

    @Override
    public synchronized void linear(
            Tensor out, Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation) {
        Linear.apply(team, out, x, weight, bias, activation);
    }

    @Override
    public synchronized void attention(
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            int heads,
            int kvHeads,
            float scale,
            boolean causal,
            @Nullable Tensor bias) {
        Attention.apply(team, out, q, k, v, heads, kvHeads, scale, causal, bias);
    }

    @Override
    public synchronized void rope(
            Tensor out, Tensor x, Tensor cos, Tensor sin, boolean interleaved) {
        Rope.apply(team, out, x, cos, sin, interleaved);
    }

    @Override
    public synchronized void embedding(Tensor out, Tensor table, Tensor ids) {
        Movement.embedding(team, out, table, ids);
    }

    @Override
    public synchronized void layerNorm(
            Tensor out, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps) {
        Norms.layerNorm(team, out, x, weight, bias, eps);
    }

    @Override
    public synchronized void rmsNorm(Tensor out, Tensor x, @Nullable Tensor weight, float eps) {
        Norms.rmsNorm(team, out, x, weight, eps);
    }

    @Override
    public synchronized void groupStatistics(Tensor out, Tensor x, int groups, float eps) {
        GroupNorm.statistics(team, out, x, groups, eps);
    }

    @Override
    public synchronized void groupNormalize(
            Tensor out,
            Tensor x,
            Tensor statistics,
            Tensor weight,
            Tensor bias,
            Activation activation) {
        GroupNorm.normalize(team, out, x, statistics, weight, bias, activation);
    }

    @Override
    public synchronized void conv3d(
            Tensor out,
            Tensor x,
            @Nullable Tensor history,
            Tensor weight,
            @Nullable Tensor bias,
            ConvGeometry geometry) {
        Convolution.apply(team, out, x, history, weight, bias, geometry);
    }

    @Override
    public synchronized void upsampleNearest(
            Tensor out, Tensor x, int frames, int rows, int columns) {
        Resampling.nearest(team, out, x, frames, rows, columns);
    }

    @Override
    public synchronized void upsampleFramesLinear(Tensor out, Tensor x) {
        Resampling.framesLinear(team, out, x);
    }

    @Override
    public synchronized void add(Tensor out, Tensor a, Tensor b) {
        Pointwise.add(team, out, a, b);
    }

    @Override
    public synchronized void multiply(Tensor out, Tensor a, Tensor b) {
        Pointwise.multiply(team, out, a, b);
    }

    @Override
    public synchronized void combine(Tensor out, float alpha, Tensor a, float beta, Tensor b) {
        Pointwise.combine(team, out, alpha, a, beta, b);
    }

    @Override
    public synchronized void affine(Tensor out, Tensor a, float alpha, float beta) {
        Pointwise.affine(team, out, a, alpha, beta);
    }

    @Override
    public synchronized void clamp(Tensor out, Tensor a, float low, float high) {
        Pointwise.clamp(team, out, a, low, high);
    }

    @Override
    public synchronized void activate(Tensor out, Tensor x, Activation activation) {
        Pointwise.activate(team, out, x, activation);
    }

    @Override
    public synchronized void modulate(Tensor out, Tensor x, Tensor shift, Tensor scale) {
        Pointwise.modulate(team, out, x, shift, scale);
    }

    @Override
    public synchronized void gatedSum(Tensor out, Tensor x, Tensor gate, Tensor y) {
        Pointwise.gatedSum(team, out, x, gate, y);
    }

    @Override
    public synchronized void crossfade(Tensor out, Tensor a, Tensor b, int axis) {
        Pointwise.crossfade(team, out, a, b, axis);
    }

    @Override
    public synchronized void concat(Tensor out, List<Tensor> parts, int axis) {
        Movement.concat(team, out, parts, axis);
    }

    @Override
    public synchronized void slice(Tensor out, Tensor x, int axis, long from) {
        Movement.slice(team, out, x, axis, from);
    }

    @Override
    public synchronized void permute(Tensor out, Tensor x, int[] order) {
        Movement.permute(team, out, x, order);
    }

    @Override
    public synchronized void widen(Tensor out, Tensor x) {
        Pointwise.widen(team, out, x);
    }

    @Override
    public synchronized Moments moments(Tensor x) {
        return Measures.moments(team, x);
    }

    @Override
    public synchronized double absoluteDifference(Tensor a, Tensor b) {
        return Measures.absoluteDifference(team, a, b);
    }
}
