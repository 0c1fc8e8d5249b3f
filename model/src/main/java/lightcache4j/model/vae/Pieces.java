package lightcache4j.model.vae;

import lightcache4j.tensors.EngineException;
import lightcache4j.weights.Config;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// How a clip is cut up to be coded: in time always, in space if asked for. The first frame is
/// always a piece of its own.
///
/// Where norms take each frame alone, pieces of any length give the same values, and shorter ones
/// need less memory; where they take all frames of a piece, its length is part of the model.
///
/// @param sampleFrames frames encoded at a time (diffusers' `num_sample_frames_batch_size`)
/// @param latentFrames latent frames decoded at a time (diffusers' `num_latent_frames_batch_size`)
/// @param tiling null for whole frames
/// @param apart whether the frames of a piece go through the wider levels one at a time where norms
///   allow it, and leave the decoder at once; else all go together, and leave when the clip is
///   done, as in diffusers
public record Pieces(int sampleFrames, int latentFrames, @Nullable Tiling tiling, boolean apart) {

    /// What diffusers begins with.
    public static final Pieces DEFAULT = new Pieces(4, 1, null);

    /// A run of frames.
    ///
    /// @param from the first
    /// @param to the one after the last
    record Span(long from, long to) {
        long length() {
            return to - from;
        }
    }

    /// Frames apart.
    public Pieces(int sampleFrames, int latentFrames, @Nullable Tiling tiling) {
        this(sampleFrames, latentFrames, tiling, true);
    }

    /// @throws EngineException if a length is not positive
    public Pieces {
        if (sampleFrames <= 0 || latentFrames <= 0) {
            throw new EngineException(
                    "vae: pieces are of %d frames and %d latent frames, wanted at least 1 of each"
                            .formatted(sampleFrames, latentFrames));
        }
    }

    /// The options by the names that they have in diffusers, with its defaults: `tiling`,
    /// `tile_sample_min_height`, …, `num_latent_frames_batch_size`.
    ///
    /// @throws lightcache4j.weights.MalformedConfig if one is of another type
    public static Pieces of(Config options) {
        Tiling d = Tiling.DEFAULT;
        Tiling tiling =
                new Tiling(
                        options.integer("tile_sample_min_height", d.minHeight()),
                        options.integer("tile_sample_min_width", d.minWidth()),
                        options.integer("tile_sample_stride_height", d.strideHeight()),
                        options.integer("tile_sample_stride_width", d.strideWidth()));
        return new Pieces(
                options.integer("num_sample_frames_batch_size", DEFAULT.sampleFrames()),
                options.integer("num_latent_frames_batch_size", DEFAULT.latentFrames()),
                options.flag("tiling", false) ? tiling : null);
    }

    /// The same pieces in time, cut into tiles as well.
    public Pieces tiled(Tiling tiling) {
        return new Pieces(sampleFrames, latentFrames, tiling, apart);
    }

    /// The same, with frames apart or together.
    public Pieces apart(boolean wanted) {
        return new Pieces(sampleFrames, latentFrames, tiling, wanted);
    }

    /// The first of `frames` alone, then `size` at a time; the last piece may be shorter.
    static List<Span> spans(long frames, int size) {
        List<Span> spans = new ArrayList<>();
        for (long from = 0; from < frames; from = spans.getLast().to()) {
            spans.add(new Span(from, from == 0 ? 1 : Math.min(frames, from + size)));
        }
        return spans;
    }
}
