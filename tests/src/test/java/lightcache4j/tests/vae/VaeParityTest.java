package lightcache4j.tests.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.model.vae.Pieces;
import lightcache4j.model.vae.Posterior;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Parity;
import lightcache4j.tests.parity.Recorded;
import lightcache4j.tests.parity.Values;
import lightcache4j.weights.Config;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What `AutoencoderKLMagvit` of diffusers computed, on every backend.
class VaeParityTest {
    private static final Runner SCOPED = new Scoped(Runner.PLAIN);

    static Stream<Arguments> encodings() {
        return cases("encode");
    }

    static Stream<Arguments> decodings() {
        return cases("decode");
    }

    private static Stream<Arguments> cases(String method) {
        List<FixtureCase> cases = FixtureCase.of("easyanimate_vae", method).toList();
        return Session.backends().stream()
                .flatMap(backend -> cases.stream().map(c -> Arguments.of(backend, c)));
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("encodings")
    void encodesLikeDiffusers(String backend, FixtureCase c) {
        try (Session session = Session.open(backend, c.model())) {
            Values videos = c.input("sample");
            for (int b = 0; b < videos.batch(); b++) {
                Recorded recorded = new Recorded(SCOPED);
                Posterior posterior = encode(session, videos.sample(b), c, recorded);
                Map<String, Values> sites = sites(c, b);
                assertNear(c, b, "latent_mean", of(posterior.mean(), session), sites, recorded);
                assertNear(c, b, "latent_logvar", of(posterior.logvar(), session), sites, recorded);
                assertSitesNear(c, sites, recorded);
                session.workspace().free(posterior.mean());
                session.workspace().free(posterior.logvar());
            }
            assertEquals(0, session.bytesHeld(), "bytes left by " + c);
        }
    }

    private static Posterior encode(Session session, Values video, FixtureCase c, Runner runner) {
        Tensor x = video.channelsLast().tensor();
        Pieces pieces = pieces(c);
        Runner plainIfTiled = pieces.tiling() == null ? runner : SCOPED;
        return session.workspace()
                .in(() -> session.vae().encode(x, pieces, Swap.OFF, plainIfTiled));
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("decodings")
    void decodesLikeDiffusers(String backend, FixtureCase c) {
        try (Session session = Session.open(backend, c.model())) {
            Values latents = c.input("latents");
            for (int b = 0; b < latents.batch(); b++) {
                Recorded recorded = new Recorded(SCOPED);
                Values frames = decode(session, latents.sample(b), c, recorded);
                Map<String, Values> sites = sites(c, b);
                assertNear(c, b, "sample", frames, sites, recorded);
                assertSitesNear(c, sites, recorded);
            }
            assertEquals(0, session.bytesHeld(), "bytes left by " + c);
        }
    }

    private static Values decode(Session session, Values latents, FixtureCase c, Runner runner) {
        Tensor z = latents.channelsLast().tensor();
        Pieces pieces = pieces(c);
        Runner plainIfTiled = pieces.tiling() == null ? runner : SCOPED;
        List<Values> frames = new ArrayList<>();
        session.workspace()
                .run(
                        () ->
                                session.vae()
                                        .decode(
                                                z,
                                                pieces,
                                                Swap.OFF,
                                                plainIfTiled,
                                                piece -> frames.add(of(piece, session))));
        return frames.stream().reduce(Values::then).orElseThrow();
    }

    private static Values of(Tensor tensor, Session session) {
        return Values.of(session.workspace().download(tensor));
    }

    private static Pieces pieces(FixtureCase c) {
        return Pieces.of(new Config(c + " args", c.args()));
    }

    private static void assertNear(
            FixtureCase c,
            int b,
            String output,
            Values actual,
            Map<String, Values> sites,
            Recorded recorded) {
        Parity.assertNear(
                "%s %s of sample %d".formatted(c, output, b),
                c.output(output).sample(b).channelsLast(),
                actual,
                Parity.COMPONENT,
                sites,
                recorded.outputs());
    }

    private static void assertSitesNear(
            FixtureCase c, Map<String, Values> sites, Recorded recorded) {
        if (!sites.isEmpty()) {
            Parity.assertSitesNear(c.toString(), sites, recorded.outputs(), Parity.COMPONENT);
        }
    }

    /// What PyTorch's modules put out for sample `b`, frames first and channels last.
    private static Map<String, Values> sites(FixtureCase c, int b) {
        Map<String, Values> sites = new LinkedHashMap<>();
        c.outputs()
                .forEach(
                        (path, values) -> {
                            if (path.contains(".")) {
                                sites.put(path, values.sample(b).channelsLast());
                            }
                        });
        return sites;
    }
}
