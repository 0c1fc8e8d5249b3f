package lightcache4j.model.vae;

import lightcache4j.tensors.Shape;
import lightcache4j.tensors.ShapeMismatch;

/// What an autoencoder can take, and what to do about it where it cannot.
final class Sizes {
    private Sizes() {}

    /// `video` can be encoded: enough pixels to halve at every level, and no piece too short to
    /// halve in time.
    static void requireVideo(MagvitConfig c, Pieces pieces, Shape video) {
        boolean fits = video.rank() == 4 && video.dim(3) == c.inChannels() && video.dim(0) > 0;
        if (!fits) {
            throw refusal(
                    "encode",
                    "video is %s, wanted [frames, height, width, %d]"
                            .formatted(video, c.inChannels()));
        }
        int least = c.pixelsPerLatent();
        if (video.dim(1) < least || video.dim(2) < least) {
            throw refusal(
                    "encode",
                    "frames are %d high and %d wide, wanted at least %d; the nearest size is %dx%d"
                            .formatted(
                                    video.dim(1),
                                    video.dim(2),
                                    least,
                                    Math.max(least, video.dim(1)),
                                    Math.max(least, video.dim(2))));
        }
        requireFrames(c, pieces, video.dim(0));
        Tiling tiling = pieces.tiling();
        if (tiling != null && tiling.cuts(video.dim(1), video.dim(2), 1)) {
            requireTiles(tiling, c.spatialCompression());
            requireLastTile("height", tiling.strideHeight(), video.dim(1), least);
            requireLastTile("width", tiling.strideWidth(), video.dim(2), least);
        }
    }

    private static void requireFrames(MagvitConfig c, Pieces pieces, long frames) {
        if (encodes(c, pieces, frames)) {
            return;
        }
        long fewer = frames - 1;
        while (!encodes(c, pieces, fewer)) {
            fewer--; // ends at 1, which every encoder takes
        }
        long most = frames + pieces.sampleFrames();
        long more = frames + 1;
        while (more <= most && !encodes(c, pieces, more)) {
            more++;
        }
        String nearest = more <= most ? fewer + " or " + more : Long.toString(fewer);
        throw refusal(
                "encode",
                ("clip has %d frames, of which a piece is too short for a latent frame of %d;"
                                + " the nearest that fits is %s")
                        .formatted(frames, c.framesPerLatent(), nearest));
    }

    private static boolean encodes(MagvitConfig c, Pieces pieces, long frames) {
        return Pieces.spans(frames, pieces.sampleFrames()).stream()
                .allMatch(span -> span.from() == 0 || span.length() >= c.framesPerLatent());
    }

    private static void requireLastTile(String name, int stride, long length, int least) {
        long last = length - (length - 1) / stride * stride;
        if (last < least) {
            throw refusal(
                    "encode",
                    ("%s %d leaves a last tile of %d, wanted at least %d;"
                                    + " the nearest %s is %d, or change its stride of %d")
                            .formatted(
                                    name,
                                    length,
                                    last,
                                    least,
                                    name,
                                    length + least - last,
                                    stride));
        }
    }

    /// Tiles reach over at least one latent.
    static void requireTiles(Tiling tiling, int scale) {
        if (tiling.strideHeight() < scale || tiling.strideWidth() < scale) {
            throw refusal(
                    "tiling",
                    ("tiles are laid %d and %d pixels apart, wanted at least %d,"
                                    + " the size of a latent")
                            .formatted(tiling.strideHeight(), tiling.strideWidth(), scale));
        }
    }

    /// `latents` can be decoded.
    static void requireLatents(MagvitConfig c, Shape latents) {
        boolean fits =
                latents.rank() == 4 && latents.dim(3) == c.latentChannels() && latents.size() > 0;
        if (!fits) {
            throw refusal(
                    "decode",
                    "latents are %s, wanted [frames, height, width, %d], each at least 1"
                            .formatted(latents, c.latentChannels()));
        }
    }

    /// A clip starts with one frame, which is not doubled in time.
    static void requireStart(CausalState state, Shape latents) {
        if (!state.started() && latents.dim(0) != 1) {
            throw refusal(
                    "decode",
                    "the first piece of a clip has %d latent frames, wanted 1"
                            .formatted(latents.dim(0)));
        }
    }

    private static ShapeMismatch refusal(String what, String reason) {
        return new ShapeMismatch("vae " + what, reason);
    }
}
