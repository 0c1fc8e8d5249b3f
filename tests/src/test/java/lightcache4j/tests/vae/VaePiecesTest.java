package lightcache4j.tests.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.model.vae.AutoencoderKLMagvit;
import lightcache4j.model.vae.CausalState;
import lightcache4j.model.vae.Pieces;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Values;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// A clip coded in pieces of any length has the same bits as the clip coded as a whole, where norms
/// take each frame alone.
class VaePiecesTest {
    private static final FixtureCase PER_FRAME =
            FixtureCase.named("easyanimate_vae/decode_5_frames");
    private static final FixtureCase ENCODER =
            FixtureCase.named("easyanimate_vae/encode_17_frames");
    private static final int LATENT_FRAMES = 8;
    private static final Runner SCOPED = new Scoped(Runner.PLAIN);

    static Stream<String> backends() {
        return Session.backends().stream();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void decodedPiecesHaveTheBitsOfTheWhole(String backend) {
        try (Session session = Session.open(backend, PER_FRAME.model())) {
            Tensor latents = latents(session.vae());
            Values whole = decode(session, latents, 1, LATENT_FRAMES - 1);
            assertEquals(1 + 4 * (LATENT_FRAMES - 1), whole.batch());
            assertArrayEquals(whole.numbers(), decode(session, latents, 1, 1).numbers());
            assertArrayEquals(whole.numbers(), decode(session, latents, 1, 2, 1, 4).numbers());
            assertArrayEquals(whole.numbers(), decode(session, latents, 1, 3, 2, 1).numbers());
            assertArrayEquals(whole.numbers(), decodeByLoop(session, latents, SCOPED).numbers());
            assertEquals(0, session.ledger().current(Pool.HOST));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void encodedPiecesHaveTheBitsOfTheWhole(String backend) {
        try (Session session = Session.open(backend, ENCODER.model())) {
            Tensor video = ENCODER.input("sample").sample(0).channelsLast().tensor();
            float[] byFour = encode(session, video, 4);
            assertArrayEquals(byFour, encode(session, video, 8));
            assertArrayEquals(byFour, encode(session, video, 16));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void whatARunnerOnlyLendsStays(String backend) {
        try (Session session = Session.open(backend, PER_FRAME.model())) {
            Tensor latents = latents(session.vae());
            Values plain = decodeByLoop(session, latents, SCOPED);
            AtomicInteger lent = new AtomicInteger();
            Runner lender =
                    (_, x, body) -> {
                        Features y = body.apply(x.lend());
                        lent.addAndGet(x.given() ? 1 : 0);
                        Values.of(x.video()); // throws once it is freed
                        return y;
                    };
            Values seen = decodeByLoop(session, latents, lender);
            assertArrayEquals(plain.numbers(), seen.numbers());
            assertTrue(lent.get() > 0, "nothing was given away");
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void twoClipsAtOnceDoNotMix(String backend) {
        try (Session session = Session.open(backend, PER_FRAME.model())) {
            Tensor latents = latents(session.vae());
            Values alone = decode(session, latents, 1, 1);
            List<Values> first = new ArrayList<>();
            session.workspace()
                    .run(
                            () -> {
                                try (CausalState one = session.vae().start();
                                        CausalState other = session.vae().start()) {
                                    for (int f = 0; f < LATENT_FRAMES; f++) {
                                        int back = LATENT_FRAMES - 1 - f;
                                        first.add(next(session, latents.rows(f, f + 1), one));
                                        next(session, latents.rows(back, back + 1), other);
                                    }
                                }
                            });
            Values mixed = first.stream().reduce(Values::then).orElseThrow();
            assertArrayEquals(alone.numbers(), mixed.numbers());
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aClipStartsWithOneFrame(String backend) {
        try (Session session = Session.open(backend, PER_FRAME.model())) {
            Tensor latents = latents(session.vae());
            ShapeMismatch refusal =
                    assertThrows(ShapeMismatch.class, () -> decode(session, latents, 2, 1));
            assertEquals(
                    "vae decode: the first piece of a clip has 2 latent frames, wanted 1",
                    refusal.getMessage());
            assertEquals(0, session.ledger().current(Pool.HOST), "bytes left by a failure");
        }
    }

    private static Tensor latents(AutoencoderKLMagvit vae) {
        int channels = vae.config().latentChannels();
        float[] numbers = new float[LATENT_FRAMES * 3 * 2 * channels];
        Random random = new Random(7);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Tensor.of(numbers, LATENT_FRAMES, 3, 2, channels);
    }

    /// Pieces of these lengths, the last one again and again until the clip ends.
    private static Values decode(Session session, Tensor latents, int... lengths) {
        List<Values> frames = new ArrayList<>();
        session.workspace()
                .run(
                        () -> {
                            try (CausalState state = session.vae().start()) {
                                long from = 0;
                                for (int i = 0; from < latents.dim(0); i++) {
                                    int length = lengths[Math.min(i, lengths.length - 1)];
                                    long to = Math.min(from + length, latents.dim(0));
                                    frames.add(next(session, latents.rows(from, to), state));
                                    from = to;
                                }
                            }
                        });
        return frames.stream().reduce(Values::then).orElseThrow();
    }

    private static Values next(Session session, Tensor piece, CausalState state) {
        try (Workspace inner = session.workspace().open()) {
            return inner.in(() -> Values.of(session.vae().next(piece, state, SCOPED)));
        }
    }

    private static Values decodeByLoop(Session session, Tensor latents, Runner runner) {
        List<Values> frames = new ArrayList<>();
        session.workspace()
                .run(
                        () ->
                                session.vae()
                                        .decode(
                                                latents,
                                                runner,
                                                piece -> frames.add(Values.of(piece))));
        return frames.stream().reduce(Values::then).orElseThrow();
    }

    private static float[] encode(Session session, Tensor video, int sampleFrames) {
        Pieces pieces = new Pieces(sampleFrames, 1, null);
        return session.workspace()
                .in(() -> session.vae().encode(video, pieces, Swap.OFF, SCOPED).mean().toFloats());
    }
}
