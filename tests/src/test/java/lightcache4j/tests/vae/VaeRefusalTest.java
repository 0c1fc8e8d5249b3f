package lightcache4j.tests.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.model.vae.AutoencoderKLMagvit;
import lightcache4j.model.vae.MagvitConfig;
import lightcache4j.model.vae.Pieces;
import lightcache4j.model.vae.Tiling;
import lightcache4j.tensors.EngineException;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Rehearsal;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.Config;
import lightcache4j.weights.MalformedConfig;
import lightcache4j.weights.WeightMismatch;
import lightcache4j.weights.Weights;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.HashMap;
import java.util.Map;

/// Configurations, weights and sizes that the autoencoder cannot take: one clear line each.
class VaeRefusalTest {
    private static final FixtureCase CASE = FixtureCase.named("easyanimate_vae/decode_5_frames");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    act_fn              | "tanh"                              | act_fn is tanh, wanted silu, swish, mish, gelu or relu
                    act_fn              | 3                                   | act_fn is 3, wanted a string
                    norm_num_groups     | 3                                   | block_out_channels is [2, 4, 6, 4], wanted positive multiples of norm_num_groups, 3
                    norm_num_groups     | 0                                   | norm_num_groups is 0, wanted a positive number
                    layers_per_block    | -1                                  | layers_per_block is -1, wanted a positive number
                    block_out_channels  | []                                  | block_out_channels is [], wanted positive multiples of norm_num_groups, 2
                    down_block_types    | ["SpatialDownBlock3D", "AttnBlock"] | down_block_types is AttnBlock, wanted a list of SpatialDownBlock3D and SpatialTemporalDownBlock3D
                    up_block_types      | ["SpatialUpBlock3D"]                | up_block_types is 1 blocks
                    spatial_group_norm  | "yes"                               | spatial_group_norm is "yes", wanted true or false
                    """)
    void aFieldThatIsNotUnderstoodIsNamed(String field, String value, String wanted)
            throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        try (Checkpoint checkpoint = Checkpoint.open(CASE.model())) {
            ObjectNode json = checkpoint.config().json().deepCopy();
            json.set(field, mapper.readTree(value));
            MalformedConfig refusal =
                    assertThrows(
                            MalformedConfig.class,
                            () -> MagvitConfig.of(new Config("vae/config.json", json)));
            String message = String.valueOf(refusal.getMessage());
            assertTrue(message.startsWith("vae/config.json: " + wanted), message);
        }
    }

    @Test
    void absentFieldsTakeTheDefaultsOfDiffusers() {
        MagvitConfig c =
                MagvitConfig.of(new Config("config.json", new ObjectMapper().createObjectNode()));
        assertEquals("[128, 256, 512, 512]", c.blockOutChannels().toString());
        assertEquals(16, c.latentChannels());
        assertEquals(0.7125, c.scalingFactor());
        assertEquals(8, c.spatialCompression());
        assertEquals(4, c.temporalCompression());
        assertTrue(c.spatialGroupNorm());
    }

    @Test
    void weightsLeftOverAreNamed() {
        try (Checkpoint checkpoint = Checkpoint.open(CASE.model())) {
            Map<String, Tensor> tensors = tensors(checkpoint);
            tensors.put("decoder.extra.weight", Tensor.of(new float[] {1}, 1));
            Weights w = new Weights("vae", tensors);
            WeightMismatch refusal =
                    assertThrows(
                            WeightMismatch.class,
                            () -> AutoencoderKLMagvit.load(checkpoint.config(), w));
            String message = String.valueOf(refusal.getMessage());
            assertTrue(message.contains("decoder.extra.weight"), message);
        }
    }

    @Test
    void aMissingWeightIsNamed() {
        try (Checkpoint checkpoint = Checkpoint.open(CASE.model())) {
            Map<String, Tensor> tensors = tensors(checkpoint);
            tensors.remove("decoder.up_blocks.1.upsampler.conv.weight");
            Weights w = new Weights("vae", tensors);
            WeightMismatch refusal =
                    assertThrows(
                            WeightMismatch.class,
                            () -> AutoencoderKLMagvit.load(checkpoint.config(), w));
            String message = String.valueOf(refusal.getMessage());
            assertTrue(
                    message.contains("decoder.up_blocks.1.upsampler.conv.weight is missing"),
                    message);
        }
    }

    private static Map<String, Tensor> tensors(Checkpoint checkpoint) {
        Map<String, Tensor> tensors = new HashMap<>();
        for (var entry : checkpoint.entries()) {
            tensors.put(
                    entry.name(), checkpoint.weights().tensor(entry.name(), entry.shape().dims()));
        }
        return tensors;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    5  | 16 | 4  | 3 | vae encode: frames are 16 high and 4 wide, wanted at least 8; the nearest size is 16x8
                    7  | 16 | 16 | 3 | vae encode: clip has 7 frames, of which a piece is too short for a latent frame of 4; the nearest that fits is 5 or 9
                    3  | 16 | 16 | 3 | vae encode: clip has 3 frames, of which a piece is too short for a latent frame of 4; the nearest that fits is 1 or 5
                    0  | 16 | 16 | 3 | vae encode: video is [0, 16, 16, 3], wanted [frames, height, width, 3]
                    5  | 16 | 16 | 4 | vae encode: video is [5, 16, 16, 4], wanted [frames, height, width, 3]
                    """)
    void aVideoThatDoesNotFitIsRefused(int f, int h, int w, int c, String wanted) {
        Tensor video = zeros(f, h, w, c);
        assertRefused(wanted, vae -> vae.encode(video, Runner.PLAIN));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    2 | 1 | 1 | 3 | vae decode: latents are [2, 1, 1, 3], wanted [frames, height, width, 4], each at least 1
                    2 | 0 | 1 | 4 | vae decode: latents are [2, 0, 1, 4], wanted [frames, height, width, 4], each at least 1
                    """)
    void latentsThatDoNotFitAreRefused(int f, int h, int w, int c, String wanted) {
        Tensor latents = zeros(f, h, w, c);
        assertRefused(wanted, vae -> vae.decode(latents, Runner.PLAIN, _ -> {}));
    }

    @Test
    void tilesThatDoNotFitAreRefused() {
        Pieces narrow = Pieces.DEFAULT.tiled(new Tiling(16, 16, 4, 4));
        assertRefused(
                "vae tiling: tiles are laid 4 and 4 pixels apart, wanted at least 8, the size of a"
                        + " latent",
                vae -> vae.decode(zeros(1, 4, 4, 4), narrow, Swap.OFF, Runner.PLAIN, _ -> {}));
        Pieces odd = Pieces.DEFAULT.tiled(new Tiling(16, 16, 12, 12));
        assertRefused(
                "vae encode: height 28 leaves a last tile of 4, wanted at least 8; the nearest"
                        + " height is 32, or change its stride of 12",
                vae -> vae.encode(zeros(1, 28, 24, 3), odd, Swap.OFF, Runner.PLAIN));
        assertThrows(EngineException.class, () -> new Tiling(16, 16, 17, 16));
        assertThrows(EngineException.class, () -> new Pieces(0, 1, null));
    }

    private static Tensor zeros(int... dims) {
        long[] lengths = java.util.Arrays.stream(dims).asLongStream().toArray();
        int size = java.util.Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        return Tensor.of(new float[size], lengths);
    }

    private static void assertRefused(
            String wanted, java.util.function.Consumer<AutoencoderKLMagvit> body) {
        try (Session session = new Session(new Rehearsal(Pool.HOST), CASE.model())) {
            EngineException refusal =
                    assertThrows(
                            EngineException.class,
                            () -> session.workspace().run(() -> body.accept(session.vae())));
            assertEquals(wanted, refusal.getMessage());
            assertEquals(0, session.ledger().current(Pool.HOST), "bytes left by a failure");
        }
    }
}
