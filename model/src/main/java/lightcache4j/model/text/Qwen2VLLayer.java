package lightcache4j.model.text;

import static lightcache4j.tensors.Arithmetic.add;
import static lightcache4j.tensors.Arithmetic.multiply;
import static lightcache4j.tensors.Functional.attention;

import lightcache4j.model.layers.Linear;
import lightcache4j.model.layers.RmsNorm;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Axis;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

/// A layer of the language tower: it attends to what came before, then feeds forward
/// (`Qwen2VLDecoderLayer`).
///
/// Letters: `L` tokens, `D` width, `d` features of a head, `I` inner width.
record Qwen2VLLayer(
        Site site,
        RmsNorm inputLayernorm,
        SelfAttention selfAttn,
        RmsNorm postAttentionLayernorm,
        FeedForward mlp) {

    /// What a layer is told beside the features.
    ///
    /// @param rope where each token stands
    /// @param bias −∞ where a key is hidden beyond what is yet to come, `[1, L]` or `[L, L]`; null
    ///   if none is
    record Context(Mrope rope, @Nullable Tensor bias) {}

    Tensor forward(Tensor x, Context c, Runner runner) {
        Tensor h =
                Scoped.tensor(() -> add(x, attend(inputLayernorm.apply(x), c, runner))); // [L, D]
        return Scoped.tensor(() -> add(h, feed(postAttentionLayernorm.apply(h), runner))); // [L, D]
    }

    private Tensor attend(Tensor y, Context c, Runner runner) {
        Site here = site.at("self_attn");
        return runner.run(here, Features.of(y), h -> Features.of(selfAttn.forward(h.video(), c)))
                .video(); // [L, D]
    }

    private Tensor feed(Tensor y, Runner runner) {
        Site here = site.at("mlp", Axis.TOKEN);
        return runner.run(here, Features.of(y), h -> Features.of(mlp.forward(h.video())))
                .video(); // [L, D]
    }

    /// Attention with fewer key heads than query heads (GQA, arXiv:2305.13245).
    record SelfAttention(
            Linear q, Linear k, Linear v, Linear o, int heads, int kvHeads, float scale) {

        Tensor forward(Tensor x, Context c) {
            Tensor query = c.rope().rotate(q.apply(x), heads); // [L, H·d]
            Tensor key = c.rope().rotate(k.apply(x), kvHeads); // [L, K·d]
            Tensor value = v.apply(x); // [L, K·d]
            return o.apply(
                    attention(query, key, value, heads, kvHeads, scale, true, c.bias())); // [L, D]
        }

        static SelfAttention load(Weights w, Qwen2VLConfig c) {
            int kv = c.kvHeads() * c.headDim();
            return new SelfAttention(
                    Linear.load(w.at("q_proj"), c.dim(), c.dim()),
                    Linear.load(w.at("k_proj"), c.dim(), kv),
                    Linear.load(w.at("v_proj"), c.dim(), kv),
                    Linear.loadUnbiased(w.at("o_proj"), c.dim(), c.dim()),
                    c.heads(),
                    c.kvHeads(),
                    (float) (1 / Math.sqrt(c.headDim())));
        }
    }

    /// `down(activation(gate(x)) · up(x))` (SwiGLU, arXiv:2002.05202).
    record FeedForward(Linear gate, Linear up, Linear down, Activation activation) {

        Tensor forward(Tensor x) {
            Tensor g = gate.apply(x, activation); // [L, I]
            Tensor u = up.apply(x); // [L, I]
            return down.apply(multiply(g, u)); // [L, D]
        }

        static FeedForward load(Weights w, Qwen2VLConfig c) {
            return new FeedForward(
                    Linear.loadUnbiased(w.at("gate_proj"), c.dim(), c.inner()),
                    Linear.loadUnbiased(w.at("up_proj"), c.dim(), c.inner()),
                    Linear.loadUnbiased(w.at("down_proj"), c.inner(), c.dim()),
                    c.activation());
        }
    }

    static Qwen2VLLayer load(Weights w, Qwen2VLConfig c) {
        return new Qwen2VLLayer(
                Site.of(w.path()),
                RmsNorm.load(w.at("input_layernorm"), c.dim(), c.eps()),
                SelfAttention.load(w.at("self_attn"), c),
                RmsNorm.load(w.at("post_attention_layernorm"), c.dim(), c.eps()),
                FeedForward.load(w.at("mlp"), c));
    }
}
