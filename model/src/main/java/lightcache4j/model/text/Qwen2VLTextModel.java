package lightcache4j.model.text;

import static lightcache4j.tensors.Functional.embedding;

import lightcache4j.model.layers.RmsNorm;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.weights.Config;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The language tower of Qwen2-VL (arXiv:2409.12191; `Qwen2VLTextModel` of transformers), from
/// token ids to hidden states. The vision tower and the output head are not needed here and not
/// read.
///
/// Letters: `L` tokens, `D` width.
public final class Qwen2VLTextModel {
    private final Qwen2VLConfig config;
    private final Tensor embedTokens; // [vocabulary, D]
    private final List<Qwen2VLLayer> layers;
    private final RmsNorm norm;

    private Qwen2VLTextModel(
            Qwen2VLConfig config, Tensor embedTokens, List<Qwen2VLLayer> layers, RmsNorm norm) {
        this.config = config;
        this.embedTokens = embedTokens;
        this.layers = layers;
        this.norm = norm;
    }

    /// What it was built by.
    public Qwen2VLConfig config() {
        return config;
    }

    /// What [#forward] gives, in the current workspace.
    ///
    /// @param penultimate `[L, D]`, what the last layer is given: `hidden_states[-2]`
    /// @param last `[L, D]`, what it gives, normalised: `last_hidden_state`
    public record HiddenStates(Tensor penultimate, Tensor last) {}

    /// What every token has become before the last layer, `[L, D]`: `hidden_states[-2]`. The last
    /// layer is not computed.
    ///
    /// @param ids I32 `[L]` in host memory
    /// @param mask I32 `[L]` in host memory, 0 where a token is padding that no other may see; null
    ///   for none. Padding itself has hidden states as any token has
    public Tensor embeddings(Tensor ids, @Nullable Tensor mask, Runner runner) {
        return Scoped.tensor(
                () -> {
                    Mrope rope = Mrope.ofText(Math.toIntExact(ids.dim(0)), config);
                    return through(
                            0, layers.size() - 1, embedding(embedTokens, ids), rope, mask, runner);
                });
    }

    /// Hidden states before and after the last layer.
    ///
    /// @param positions I32 `[3, L]` in host memory, time, height and width of each token; null for
    ///   text alone
    public HiddenStates forward(
            Tensor ids, @Nullable Tensor mask, @Nullable Tensor positions, Runner runner) {
        int length = Math.toIntExact(ids.dim(0));
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            HiddenStates states =
                    inner.in(
                            () -> {
                                Mrope rope = rope(positions, length);
                                Tensor x = embedding(embedTokens, ids); // [L, D]
                                int n = layers.size();
                                Tensor h = through(0, n - 1, x, rope, mask, runner); // [L, D]
                                Tensor y = through(n - 1, n, h, rope, mask, runner); // [L, D]
                                return new HiddenStates(h, norm.apply(y));
                            });
            outer.adopt(states.penultimate(), inner);
            outer.adopt(states.last(), inner);
            return states;
        }
    }

    private Mrope rope(@Nullable Tensor positions, int length) {
        if (positions == null) {
            return Mrope.ofText(length, config);
        }
        if (positions.size() != 3L * length) {
            throw new ShapeMismatch(
                    "text encoder",
                    "positions are " + positions.shape() + ", wanted [3, " + length + "]");
        }
        return Mrope.of(positions.toInts(), length, config);
    }

    /// Layers `from` to `to`.
    private Tensor through(
            int from, int to, Tensor x, Mrope rope, @Nullable Tensor mask, Runner runner) {
        Features h = Features.of(x);
        for (int i = from; i < to; i++) {
            int index = i;
            Features before = h;
            Features after =
                    Scoped.features(() -> layer(index, before, rope, mask, runner)); // [L, D]
            h = Scoped.spend(before, after).giveAway();
        }
        return h.video();
    }

    private Features layer(
            int index, Features x, Mrope rope, @Nullable Tensor mask, Runner runner) {
        Qwen2VLLayer layer = layers.get(index);
        Tensor bias = bias(mask, x.video().dim(0), config.windowed(index));
        Qwen2VLLayer.Context c = new Qwen2VLLayer.Context(rope, bias);
        return runner.run(
                layer.site(), x, h -> Features.of(layer.forward(h.video(), c, runner))); // [L, D]
    }

    /// −∞ for keys that are padding or out of the window; null if all before a token are seen.
    private @Nullable Tensor bias(@Nullable Tensor mask, long length, boolean windowed) {
        if (mask != null && mask.dim(0) != length) {
            throw new ShapeMismatch(
                    "text encoder", "mask is " + mask.shape() + ", wanted [" + length + "]");
        }
        if (mask == null && !windowed) {
            return null;
        }
        int keys = Math.toIntExact(length);
        int queries = windowed ? keys : 1;
        int[] seen = mask == null ? null : mask.toInts();
        float[] bias = new float[queries * keys];
        for (int q = 0; q < queries; q++) {
            for (int k = 0; k < keys; k++) {
                boolean padding = seen != null && seen[k] == 0;
                boolean outside = windowed && k <= q - config.window();
                bias[q * keys + k] = padding || outside ? Float.NEGATIVE_INFINITY : 0;
            }
        }
        return Workspace.current().upload(Tensor.of(bias, queries, keys));
    }

    /// Reads a component's configuration and the weights of the language tower, whose names begin
    /// with `model.language_model`, `language_model` or, in older files, `model`.
    ///
    /// @throws lightcache4j.weights.MalformedConfig if a field has no meaning here
    /// @throws lightcache4j.weights.WeightMismatch if a tensor is missing, left over or of another
    ///   shape
    public static Qwen2VLTextModel load(Config json, Weights w) {
        Qwen2VLConfig c = Qwen2VLConfig.of(json);
        w.skip("visual", "model.visual", "lm_head", "language_model.lm_head");
        Weights tower = w;
        for (String name : List.of("model", "language_model", "model")) {
            tower = tower.has(name) ? tower.at(name) : tower;
        }
        Qwen2VLTextModel model =
                new Qwen2VLTextModel(
                        c,
                        tower.at("embed_tokens").tensor("weight", c.vocabulary(), c.dim()),
                        tower.at("layers").list(c.layers(), layer -> Qwen2VLLayer.load(layer, c)),
                        RmsNorm.load(tower.at("norm"), c.dim(), c.eps()));
        w.requireAllRead();
        return model;
    }
}
