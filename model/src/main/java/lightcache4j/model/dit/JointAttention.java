package lightcache4j.model.dit;

import static lightcache4j.tensors.Functional.attention;

import lightcache4j.model.layers.LayerNorm;
import lightcache4j.model.layers.Linear;
import lightcache4j.model.layers.Rope3d;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Axis;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

/// Attention of video and text tokens to each other, as in MM-DiT (arXiv:2403.03206); only the
/// video has positions.
///
/// Where the text has no weights of its own (`mmdit_layers`), it goes through those of the video,
/// which is the same as one projection of both streams joined, and leaves without an output
/// projection, as in diffusers.
///
/// Letters: `L` video tokens, `T` text tokens, `D` width, `H` heads.
///
/// @param site where tokens ask, each by itself, and the keys of all are in sight
/// @param textOut null: the text is not projected
/// @param textAsks whether text tokens are queries too; they are always keys
public record JointAttention(
        Site site,
        int heads,
        Projections video,
        Projections text,
        Linear videoOut,
        @Nullable Linear textOut,
        boolean textAsks) {
    private static final float EPS = 1e-6f; // whatever norm_eps says

    /// What one stream asks, offers and holds, queries and keys normalised within each head.
    public record Projections(
            Linear q, Linear k, Linear v, LayerNorm normQ, LayerNorm normK, int heads) {

        /// `[L, D]` to `[L, D]`.
        Tensor query(Tensor x) {
            Tensor y = q.apply(x); // [L, D]
            normalize(normQ, y);
            return y;
        }

        /// `[L, D]` into `out` `[L, D]`.
        void key(Tensor x, Tensor out) {
            k.into(out, x);
            normalize(normK, out);
        }

        /// `[L, D]` into `out` `[L, D]`.
        void value(Tensor x, Tensor out) {
            v.into(out, x);
        }

        private void normalize(LayerNorm norm, Tensor x) {
            norm.normalize(x.reshape(x.dim(0), heads, x.dim(1) / heads)); // [L, H, D/H]
        }
    }

    Features forward(Features x, Rope3d rope, Runner runner) {
        Tensor k = keys(x, rope); // [T + L, D]
        Tensor v = values(x); // [T + L, D]
        Features asking = textAsks ? x : new Features(x.video(), null, x.given());
        return runner.run(site, asking, h -> attend(h, x.video(), k, v, rope)); // [L, D], [T, D]
    }

    /// The text's first.
    private Tensor keys(Features x, Rope3d rope) {
        Tensor k = joined(x); // [T + L, D]
        long words = x.requiredText().dim(0);
        text.key(x.requiredText(), k.rows(0, words));
        Tensor patches = k.rows(words, k.dim(0)); // [L, D]
        video.key(x.video(), patches);
        rope.rotate(patches, heads, 0);
        return k;
    }

    private Tensor values(Features x) {
        Tensor v = joined(x); // [T + L, D]
        long words = x.requiredText().dim(0);
        text.value(x.requiredText(), v.rows(0, words));
        video.value(x.video(), v.rows(words, v.dim(0)));
        return v;
    }

    private static Tensor joined(Features x) {
        long tokens = x.requiredText().dim(0) + x.video().dim(0);
        Shape shape = Shape.of(tokens, x.video().dim(1));
        return Workspace.current().allocate(DType.F32, shape);
    }

    /// One stream after the other, each freed once its queries are there.
    ///
    /// @param h some of the tokens, or all
    /// @param all video tokens
    private Features attend(Features h, Tensor all, Tensor k, Tensor v, Rope3d rope) {
        long first = h.video().rowWithin(all);
        return h.map(
                x -> {
                    Tensor q = video.query(x);
                    rope.rotate(q, heads, first);
                    Scoped.spend(h, x);
                    return answer(q, k, v, videoOut); // [L, D]
                },
                x -> {
                    Tensor q = text.query(x);
                    Scoped.spend(h, x);
                    return answer(q, k, v, textOut); // [T, D]
                });
    }

    private Tensor answer(Tensor q, Tensor k, Tensor v, @Nullable Linear out) {
        Tensor y = Scoped.spend(q, attention(q, k, v, heads));
        return out == null ? y : Scoped.spend(y, out.apply(y));
    }

    static JointAttention load(
            Weights w, EasyAnimateConfig c, boolean twoStreams, boolean textAsks) {
        Projections video = projections(w, c, "to_q", "to_k", "to_v", "norm_q", "norm_k");
        Projections text =
                twoStreams
                        ? projections(
                                w,
                                c,
                                "add_q_proj",
                                "add_k_proj",
                                "add_v_proj",
                                "norm_added_q",
                                "norm_added_k")
                        : video;
        return new JointAttention(
                Site.of(w.path("to_out"), Axis.QUERY),
                c.heads(),
                video,
                text,
                Linear.load(w.at("to_out.0"), c.dim(), c.dim()),
                twoStreams ? Linear.load(w.at("to_add_out"), c.dim(), c.dim()) : null,
                textAsks);
    }

    private static Projections projections(
            Weights w, EasyAnimateConfig c, String q, String k, String v, String nq, String nk) {
        return new Projections(
                Linear.load(w.at(q), c.dim(), c.dim()),
                Linear.load(w.at(k), c.dim(), c.dim()),
                Linear.load(w.at(v), c.dim(), c.dim()),
                LayerNorm.load(w.at(nq), c.headDim(), EPS, true),
                LayerNorm.load(w.at(nk), c.headDim(), EPS, true),
                c.heads());
    }

    /// The same with text tokens among the queries, or without.
    JointAttention withTextAsking(boolean asks) {
        return new JointAttention(site, heads, video, text, videoOut, textOut, asks);
    }
}
