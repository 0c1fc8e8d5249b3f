package lightcache4j.model.vae;

import lightcache4j.tensors.Activation;
import lightcache4j.weights.Config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The fields of `config.json` that make an [AutoencoderKLMagvit]. Levels are counted from the
/// pixels inwards.
///
/// @param inChannels channels of the frames to encode
/// @param latentChannels channels of latents
/// @param outChannels channels of decoded frames
/// @param blockOutChannels width of each level
/// @param temporalDown of each level of the encoder, whether it halves time (where it halves
///   anything, see [#resamples])
/// @param temporalUp of each level of the decoder, from the latents outwards, whether it doubles
///   time
/// @param layersPerBlock residual blocks of a level; the decoder has one more
/// @param activation between norms and convolutions
/// @param normNumGroups groups of every group norm
/// @param scalingFactor latents of the diffusion model are this times the autoencoder's
/// @param spatialGroupNorm whether norms take each frame alone; else all frames of a piece
public record MagvitConfig(
        int inChannels,
        int latentChannels,
        int outChannels,
        List<Integer> blockOutChannels,
        List<Boolean> temporalDown,
        List<Boolean> temporalUp,
        int layersPerBlock,
        Activation activation,
        int normNumGroups,
        double scalingFactor,
        boolean spatialGroupNorm) {

    private static final List<Integer> CHANNELS = List.of(128, 256, 512, 512);

    /// Reads a component's `config.json`; absent fields take the defaults of diffusers.
    ///
    /// @throws lightcache4j.weights.MalformedConfig naming the field that is not understood
    public static MagvitConfig of(Config c) {
        List<Integer> channels =
                c.has("block_out_channels") ? c.integers("block_out_channels") : CHANNELS;
        int groups = positive(c, "norm_num_groups", 32);
        if (channels.isEmpty() || channels.stream().anyMatch(n -> n <= 0 || n % groups != 0)) {
            throw c.unsupported(
                    "block_out_channels",
                    channels,
                    "positive multiples of norm_num_groups, " + groups);
        }
        return new MagvitConfig(
                positive(c, "in_channels", 3),
                positive(c, "latent_channels", 16),
                positive(c, "out_channels", 3),
                channels,
                temporal(c, "down_block_types", "DownBlock3D", channels),
                temporal(c, "up_block_types", "UpBlock3D", channels.reversed()),
                positive(c, "layers_per_block", 2),
                activation(c),
                groups,
                c.real("scaling_factor", 0.7125),
                c.flag("spatial_group_norm", true));
    }

    private static int positive(Config c, String name, int absent) {
        int value = c.integer(name, absent);
        if (value <= 0) {
            throw c.unsupported(name, value, "a positive number");
        }
        return value;
    }

    private static List<Boolean> temporal(
            Config c, String name, String suffix, List<Integer> channels) {
        String spatial = "Spatial" + suffix;
        String temporal = "SpatialTemporal" + suffix;
        if (!c.has(name)) {
            return levels(c, name, List.of(false, true, true, true), channels);
        }
        List<Boolean> levels = new ArrayList<>();
        for (String type : c.texts(name)) {
            if (!type.equals(spatial) && !type.equals(temporal)) {
                throw c.unsupported(name, type, "a list of " + spatial + " and " + temporal);
            }
            levels.add(type.equals(temporal));
        }
        return levels(c, name, levels, channels);
    }

    /// There may be fewer levels than widths, if the last level still has the last width.
    private static List<Boolean> levels(
            Config c, String name, List<Boolean> levels, List<Integer> channels) {
        int count = levels.size();
        boolean fits =
                count > 0
                        && count <= channels.size()
                        && channels.get(count - 1).equals(channels.getLast());
        if (!fits) {
            throw c.unsupported(
                    name, count + " blocks", "one for each of block_out_channels " + channels);
        }
        return List.copyOf(levels);
    }

    private static Activation activation(Config c) {
        String name = c.text("act_fn", "silu");
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "silu", "swish" -> Activation.SILU;
            case "mish" -> Activation.MISH;
            case "gelu" -> Activation.GELU;
            case "relu" -> Activation.RELU;
            default -> throw c.unsupported("act_fn", name, "silu, swish, mish, gelu or relu");
        };
    }

    /// What the norms have in common.
    Norm.Kind norms() {
        return new Norm.Kind(normNumGroups, spatialGroupNorm, activation);
    }

    /// Whether level `index` ends in a change of resolution: all but the last do.
    boolean resamples(int index) {
        return index != blockOutChannels.size() - 1;
    }

    /// How many frames become one at the end of level `index` of the encoder.
    int strideFrames(int index) {
        return resamples(index) && temporalDown.get(index) ? 2 : 1;
    }

    /// Pixels per latent, along height and along width, as pipelines count them.
    public int spatialCompression() {
        return 1 << (blockOutChannels.size() - 1);
    }

    /// Frames per latent frame after the first, as pipelines count them, whatever the types of the
    /// levels.
    public int temporalCompression() {
        return 1 << Math.max(0, blockOutChannels.size() - 2);
    }

    /// Factor by which the encoder shrinks height and width.
    int pixelsPerLatent() {
        int halvings = temporalDown.size() - (resamples(temporalDown.size() - 1) ? 0 : 1);
        return 1 << halvings;
    }

    /// Factor by which the encoder shrinks the frames after the first.
    int framesPerLatent() {
        int factor = 1;
        for (int i = 0; i < temporalDown.size(); i++) {
            factor *= strideFrames(i);
        }
        return factor;
    }
}
