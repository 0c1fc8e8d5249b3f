package lightcache4j.model.dit;

import lightcache4j.model.layers.FeedForward;
import lightcache4j.model.layers.LayerNorm;
import lightcache4j.model.layers.Rope3d;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Axis;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;

/// A block of two streams: they attend to each other, then each feeds forward; the time shifts and
/// scales what goes in and gates what comes out (`EasyAnimateTransformerBlock` of diffusers).
///
/// Letters: `L` video tokens, `T` text tokens, `D` width.
///
/// @param textFf null: the text goes through the feed-forward of the video
/// @param norm3 null: nothing follows the feed-forward
public record EasyAnimateBlock(
        Site site,
        AdaptiveNorm norm1,
        JointAttention attn1,
        AdaptiveNorm norm2,
        FeedForward ff,
        @Nullable FeedForward textFf,
        @Nullable LayerNorm norm3) {

    Features forward(Features x, Tensor time, Rope3d rope, Runner runner) {
        Features y = Scoped.features(() -> attend(x, time, rope, runner)); // [L, D], [T, D]
        Scoped.spend(x, y);
        return Scoped.features(() -> feedForward(y, time, runner)); // [L, D], [T, D]
    }

    private Features attend(Features x, Tensor time, Rope3d rope, Runner runner) {
        Tensor m = norm1.modulation(time); // [6, D]
        Features y = runner.run(site.at("norm1"), x, h -> norm1.apply(h, m)); // [L, D], [T, D]
        y =
                runner.run(
                        site.at("attn1"),
                        y.giveAway(),
                        h -> attn1.forward(h, rope, runner)); // [L, D], [T, D]
        return AdaptiveNorm.gated(x, m, y); // [L, D], [T, D]
    }

    private Features feedForward(Features x, Tensor time, Runner runner) {
        Tensor m = norm2.modulation(time); // [6, D]
        Features y =
                textFf == null
                        ? shared(norm2.apply(x, m), runner)
                        : separate(x, m, textFf, runner); // [L, D], [T, D]
        y = norm3 == null ? y : y.map(norm3::apply, norm3::apply); // [L, D], [T, D]
        return AdaptiveNorm.gated(x, m, y); // [L, D], [T, D]
    }

    private Features shared(Features x, Runner runner) {
        return runner.run(site.at("ff", Axis.TOKEN), x.giveAway(), ff::apply);
    }

    /// One stream after the other, so that only one is normalised at a time.
    private Features separate(Features x, Tensor m, FeedForward forText, Runner runner) {
        return x.map(
                video -> alone("ff", ff, () -> norm2.video(video, m), runner),
                text -> alone("txt_ff", forText, () -> norm2.text(text, m), runner));
    }

    private Tensor alone(String name, FeedForward layer, Supplier<Tensor> x, Runner runner) {
        Site here = site.at(name, Axis.TOKEN);
        return Scoped.tensor(
                () -> runner.run(here, Features.of(x.get()).giveAway(), layer::apply).video());
    }

    /// Block `index` of a checkpoint; the text of the last one is read and not carried on.
    static EasyAnimateBlock load(Weights w, EasyAnimateConfig c, int index) {
        boolean twoStreams = index < c.twoStreamLayers();
        boolean textAsks = index < c.layers() - 1;
        return new EasyAnimateBlock(
                Site.of(w.path()),
                AdaptiveNorm.load(w.at("norm1"), c),
                JointAttention.load(w.at("attn1"), c, twoStreams, textAsks),
                AdaptiveNorm.load(w.at("norm2"), c),
                FeedForward.load(w.at("ff"), c.dim(), c.feedForward()),
                twoStreams ? FeedForward.load(w.at("txt_ff"), c.dim(), c.feedForward()) : null,
                c.afterNorm() ? LayerNorm.load(w.at("norm3"), c.dim(), c.eps(), c.affine()) : null);
    }

    /// The same with the text carried on.
    EasyAnimateBlock withText() {
        JointAttention asking = attn1.withTextAsking(true);
        return new EasyAnimateBlock(site, norm1, asking, norm2, ff, textFf, norm3);
    }
}
