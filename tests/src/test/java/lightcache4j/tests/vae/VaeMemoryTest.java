package lightcache4j.tests.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.model.vae.AutoencoderKLMagvit;
import lightcache4j.model.vae.MagvitConfig;
import lightcache4j.model.vae.Pieces;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Rehearsal;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.FixtureCase;

import org.junit.jupiter.api.Test;

import java.util.concurrent.atomic.AtomicLong;

/// What coding a clip takes, to the byte.
class VaeMemoryTest {
    private static final FixtureCase CASE = FixtureCase.named("easyanimate_vae/decode_5_frames");
    private static final Runner SCOPED = new Scoped(Runner.PLAIN);

    @Test
    void decodingALongerClipTakesNoMore() {
        long nine = decodePeak(session(), 9, SCOPED);
        long thirtyThree = decodePeak(session(), 33, SCOPED);
        assertTrue(nine > 0);
        assertEquals(nine, thirtyThree, "peak bytes of 9 and of 33 frames");
    }

    @Test
    void decodingTakesTheSameWithAndWithoutScopes() {
        long scoped = decodePeak(session(), 17, SCOPED);
        long plain = decodePeak(session(), 17, Runner.PLAIN);
        assertTrue(plain <= scoped * 1.1, plain + " bytes, with scopes " + scoped);
    }

    @Test
    void decodingHoldsSixFramesAndThoseBefore() {
        try (Session session = session()) {
            MagvitConfig config = session.vae().config();
            long frame = largestFrame(config);
            long before = framesBefore(config, height(config), height(config));
            long peak = decodePeak(session, 17, SCOPED);
            assertTrue(
                    frame < peak && peak <= 6 * frame + before,
                    "%d bytes, wanted six frames of %d and %d for those before"
                            .formatted(peak, frame, before));
        }
    }

    @Test
    void anImageHoldsNoFramesBefore() {
        try (Session session = session()) {
            long frame = largestFrame(session.vae().config());
            long peak = decodePeak(session, 1, SCOPED);
            assertTrue(
                    frame < peak && peak <= 5 * frame,
                    "%d bytes, wanted five frames of %d".formatted(peak, frame));
        }
    }

    /// Pixels down and across of the clips decoded here.
    private static long height(MagvitConfig config) {
        return 4L * config.spatialCompression();
    }

    /// Bytes of one frame of what enters the outermost level.
    private static long largestFrame(MagvitConfig config) {
        int channels = config.blockOutChannels().get(1);
        return height(config) * height(config) * channels * Float.BYTES;
    }

    /// Two frames of the input of each convolution of the decoder.
    private static long framesBefore(MagvitConfig config, long height, long width) {
        long numbers = 0;
        int levels = config.blockOutChannels().size();
        int blocks = config.layersPerBlock();
        for (int i = 0; i < levels; i++) {
            long pixels = (height >> i) * (width >> i);
            int out = config.blockOutChannels().get(i);
            int in = config.blockOutChannels().get(Math.min(i + 1, levels - 1));
            numbers += pixels * (in + out + 2L * blocks * out); // the level's residual blocks
            numbers += pixels * out; // its upsampler, or the output
        }
        long latent = (height >> (levels - 1)) * (width >> (levels - 1));
        int inner = config.blockOutChannels().getLast();
        numbers += latent * (2L * blocks * inner + config.latentChannels()); // middle and input
        return 2 * numbers * Float.BYTES;
    }

    @Test
    void encodingALongerClipTakesItsLatentsMore() {
        try (Session session = session()) {
            MagvitConfig config = session.vae().config();
            Shape nine = Shape.of(9, 16, 24, config.inChannels());
            long few = encodePeak(session, nine);
            long many = encodePeak(session, nine.with(0, 33));
            long latentFrame = 2L * 3 * 2 * config.latentChannels() * Float.BYTES;
            assertTrue(
                    many - few <= 6 * latentFrame,
                    "peak grows by %d bytes, wanted the moments of 6 latent frames, %d"
                            .formatted(many - few, 6 * latentFrame));
            assertEquals(0, session.ledger().current(Pool.HOST));
        }
    }

    private static Session session() {
        return new Session(new Rehearsal(Pool.HOST), CASE.model());
    }

    /// Peak of decoding to so many frames; asserts that the frames came and nothing is left.
    private static long decodePeak(Session session, int frames, Runner runner) {
        AutoencoderKLMagvit vae = session.vae();
        long latentFrames = 1L + (frames - 1) / vae.config().temporalCompression();
        Shape shape = Shape.of(latentFrames, 4, 4, vae.config().latentChannels());
        Tensor latents = Tensor.of(new float[(int) shape.size()], shape.dims());
        AtomicLong seen = new AtomicLong();
        session.workspace()
                .run(
                        () ->
                                vae.decode(
                                        latents,
                                        Pieces.DEFAULT,
                                        Swap.OFF,
                                        runner,
                                        piece -> seen.addAndGet(piece.dim(0))));
        assertEquals(frames, seen.get());
        assertEquals(0, session.ledger().current(Pool.HOST));
        return session.ledger().peak(Pool.HOST);
    }

    private static long encodePeak(Session session, Shape shape) {
        Tensor video = session.workspace().allocate(DType.F32, shape);
        session.ledger().resetPeaks();
        session.workspace()
                .run(
                        () -> {
                            var posterior = session.vae().encode(video, SCOPED);
                            session.workspace().free(posterior.mean());
                            session.workspace().free(posterior.logvar());
                        });
        session.workspace().free(video);
        return session.ledger().peak(Pool.HOST) - video.byteSize();
    }
}
