package lightcache4j.tests.dit;

import static lightcache4j.tensors.Layout.concat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.dit.EasyAnimateTransformer3DModel;
import lightcache4j.model.layers.Rope3d;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Axis;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Parity;
import lightcache4j.tests.parity.Recorded;
import lightcache4j.tests.parity.Values;
import lightcache4j.weights.Checkpoint;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// `EasyAnimateTransformer3DModel` against diffusers, on every backend.
class EasyAnimateTransformerTest {
    private static final int PIECES = 3;

    static Stream<Arguments> casesOnBackends() {
        return Backends.each(FixtureCase.of(TransformerCase.COMPONENT));
    }

    static Stream<Backend.Provider> backends() {
        return Backends.all().stream();
    }

    private static EasyAnimateTransformer3DModel load(Checkpoint checkpoint) {
        return EasyAnimateTransformer3DModel.load(checkpoint.config(), checkpoint.weights());
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("casesOnBackends")
    void everySitePutsOutWhatDiffusersDoes(FixtureCase fixture, Backend.Provider provider) {
        try (Checkpoint checkpoint = Checkpoint.open(fixture.model())) {
            EasyAnimateTransformer3DModel model = load(checkpoint).withWholeText();
            for (TransformerCase row : TransformerCase.rows(fixture)) {
                Recorded recorded = new Recorded(new Scoped(Runner.PLAIN));
                Values sample = row.predict(model, provider, recorded);
                Parity.assertSitesNear(
                        row.toString(), row.expectedSites(), recorded.outputs(), Parity.COMPONENT);
                Parity.assertNear(row.toString(), row.expected(), sample, Parity.COMPONENT);
                assertEquals(Set.of(), unseen(row, recorded), "sites of diffusers not run here");
            }
        }
    }

    /// Paths of diffusers that no site of ours has, apart from what is inside one.
    private static Set<String> unseen(TransformerCase row, Recorded recorded) {
        Set<String> paths = new TreeSet<>(row.fixture().outputs().keySet());
        paths.removeAll(recorded.outputs().keySet());
        paths.removeAll(Set.of("sample", "norm_final"));
        return paths;
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("casesOnBackends")
    void theLastTextChangesNothing(FixtureCase fixture, Backend.Provider provider) {
        try (Checkpoint checkpoint = Checkpoint.open(fixture.model())) {
            EasyAnimateTransformer3DModel model = load(checkpoint);
            String last = "transformer_blocks." + (model.config().layers() - 1);
            for (TransformerCase row : TransformerCase.rows(fixture)) {
                Recorded recorded = Recorded.plain();
                Values without = row.predict(model, provider, recorded);
                Values with = row.predict(model.withWholeText(), provider, Runner.PLAIN);
                assertArrayEquals(with.numbers(), without.numbers());
                assertTrue(recorded.outputs().containsKey(last));
                assertFalse(recorded.outputs().containsKey(last + ".text"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void siteMaySplitAlongTheAxesThatItDeclares(Backend.Provider provider) {
        for (String name : List.of("batch_of_two", "single_stream_tail")) {
            FixtureCase fixture = FixtureCase.named(TransformerCase.COMPONENT + "/" + name);
            try (Checkpoint checkpoint = Checkpoint.open(fixture.model())) {
                EasyAnimateTransformer3DModel model = load(checkpoint);
                Set<Axis> split = new TreeSet<>();
                for (TransformerCase row : TransformerCase.rows(fixture)) {
                    Values whole = row.predict(model, provider, Runner.PLAIN);
                    Values pieces = row.predict(model, provider, inPieces(split));
                    assertArrayEquals(whole.numbers(), pieces.numbers());
                }
                assertEquals(Set.of(Axis.TOKEN, Axis.QUERY), split);
            }
        }
    }

    private static Runner inPieces(Set<Axis> split) {
        return (site, x, body) -> {
            split.addAll(site.independent());
            return site.independent().isEmpty() ? body.apply(x) : joined(site, x, body);
        };
    }

    /// The body on thirds of each stream, one after the other.
    private static Features joined(Site site, Features x, UnaryOperator<Features> body) {
        List<Tensor> video = new ArrayList<>();
        List<Tensor> text = new ArrayList<>();
        for (int i = 0; i < PIECES; i++) {
            int piece = i;
            Features part = body.apply(x.map(t -> third(t, piece), t -> third(t, piece)));
            video.add(part.video());
            if (part.text() != null) {
                text.add(part.text());
            }
        }
        assertEquals(x.text() == null, text.isEmpty(), site.path());
        Tensor words = text.isEmpty() ? null : concat(0, text);
        return new Features(concat(0, video), words);
    }

    private static Tensor third(Tensor x, int piece) {
        return x.rows(x.dim(0) * piece / PIECES, x.dim(0) * (piece + 1) / PIECES);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void oneTableOfPositionsServesAllSteps(Backend.Provider provider) {
        FixtureCase fixture = FixtureCase.named(TransformerCase.COMPONENT + "/default");
        TransformerCase row = TransformerCase.rows(fixture).getFirst();
        try (Checkpoint checkpoint = Checkpoint.open(fixture.model())) {
            EasyAnimateTransformer3DModel model = load(checkpoint);
            Values once = row.predict(model, provider, Runner.PLAIN);
            List<Values> steps = Backends.compute(provider, () -> twoSteps(model, row));
            steps.forEach(again -> assertArrayEquals(once.numbers(), again.numbers()));
        }
    }

    private static List<Values> twoSteps(EasyAnimateTransformer3DModel model, TransformerCase row) {
        Rope3d rope = model.rope(row.latents().shape());
        List<Values> results = new ArrayList<>();
        for (int step = 0; step < 2; step++) {
            Tensor y =
                    model.forward(
                            row.latents(),
                            row.timestep(),
                            row.conditioning(),
                            rope,
                            new Scoped(Runner.PLAIN));
            results.add(Values.of(Workspace.current().download(y)).channelsFirst());
        }
        return results;
    }
}
