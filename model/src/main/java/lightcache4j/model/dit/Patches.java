package lightcache4j.model.dit;

import static lightcache4j.tensors.Functional.conv3d;
import static lightcache4j.tensors.Layout.permute;

import lightcache4j.model.layers.Rope3d;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Weights;

/// Latents cut into square patches of one frame, each of them a token, and put together again.
///
/// Letters: `F` frames, `H` rows, `W` columns, `C` channels of latents, `p` patch size, `h` patches
/// down, `w` patches across, `L = F·h·w` tokens, `D` width.
///
/// @param weight `[D, C, p, p]`, from the numbers of a patch to a token
/// @param bias `[D]`
/// @param size `p`
public record Patches(Tensor weight, Tensor bias, int size) {
    /// The grid of latents that positions are laid in, whatever the size of a clip.
    private static final int BASE_ROWS = 60;

    private static final int BASE_COLUMNS = 90;

    /// `[F, H, W, C]` to `[L, D]`; rows and columns that fill no patch are left out.
    Tensor embed(Tensor latents) {
        Tensor x = conv3d(latents, null, weight, bias, ConvGeometry.patches(size)); // [F, h, w, D]
        return x.reshape(-1, x.dim(3)); // [L, D]
    }

    /// `[L, C·p·p]` to `[F, H, W, C]`, as large as whole patches of `latents` are.
    Tensor restore(Tensor x, Shape latents) {
        long frames = latents.dim(0);
        long down = latents.dim(1) / size;
        long across = latents.dim(2) / size;
        Tensor y = x.reshape(frames, down, across, -1, size, size); // [F, h, w, C, p, p]
        y = permute(y, 0, 1, 4, 2, 5, 3); // [F, h, p, w, p, C]
        return y.reshape(frames, down * size, across * size, -1); // [F, H, W, C]
    }

    /// Positions of the patches of `latents`.
    ///
    /// @param headDim features of an attention head
    Rope3d rope(Shape latents, int headDim) {
        int down = latents.length(1) / size;
        int across = latents.length(2) / size;
        Rope3d.Region region =
                Rope3d.Region.centred(down, across, BASE_ROWS / size, BASE_COLUMNS / size);
        return Rope3d.of(latents.length(0), down, across, region, headDim);
    }

    static Patches load(Weights w, EasyAnimateConfig c) {
        int p = c.patchSize();
        Tensor weight = w.tensor("weight", c.dim(), c.inChannels(), p, p);
        return new Patches(weight, w.tensor("bias", c.dim()), p);
    }
}
