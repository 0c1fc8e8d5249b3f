package lightcache4j.tests.dit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import lightcache4j.model.dit.EasyAnimateTransformer3DModel;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Rehearsal;
import lightcache4j.tensors.Stage;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.CountingBackend;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.weights.Checkpoint;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.function.Supplier;
import java.util.stream.Stream;

/// What a forward pass holds, counted by hand.
class TransformerMemoryTest {
    /// Four blocks, so that one is neither first nor second nor last; two of two streams.
    private static final FixtureCase DEEP =
            FixtureCase.named(TransformerCase.COMPONENT + "/single_stream_tail");

    static Stream<FixtureCase> cases() {
        return FixtureCase.of(TransformerCase.COMPONENT);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nothingButTheResultIsLeft(FixtureCase fixture) {
        for (Runner runner : new Runner[] {Runner.PLAIN, new Scoped(Runner.PLAIN)}) {
            MemoryLedger ledger = new MemoryLedger();
            TransformerCase row = TransformerCase.rows(fixture).getFirst();
            try (Checkpoint checkpoint = Checkpoint.open(fixture.model());
                    Backend backend = new Rehearsal(Pool.HOST);
                    Workspace workspace = new Workspace(backend, ledger)) {
                Tensor y = workspace.in(() -> forward(checkpoint, row, runner));
                assertEquals(y.byteSize(), ledger.current(Pool.HOST));
                workspace.free(y);
                assertEquals(0, ledger.current(Pool.HOST));
            }
        }
    }

    private static Tensor forward(Checkpoint checkpoint, TransformerCase row, Runner runner) {
        return EasyAnimateTransformer3DModel.load(checkpoint.config(), checkpoint.weights())
                .forward(row.latents(), row.timestep(), row.conditioning(), runner);
    }

    static Stream<Supplier<Backend>> backends() {
        Supplier<Backend> rehearsal = () -> new Rehearsal(Pool.HOST);
        return Stream.concat(
                Stream.of(rehearsal), Backends.all().stream().map(p -> () -> p.open(2)));
    }

    /// By the ledger, by a count of its own, and by hand; computed and rehearsed.
    @ParameterizedTest
    @MethodSource("backends")
    void peakIsWhatOneBlockNeeds(Supplier<Backend> open) {
        MemoryLedger ledger = new MemoryLedger();
        TransformerCase row = TransformerCase.rows(DEEP).getFirst();
        try (Checkpoint checkpoint = Checkpoint.open(DEEP.model());
                CountingBackend backend = new CountingBackend(open.get());
                Workspace workspace = new Workspace(backend, ledger)) {
            workspace.run(() -> forward(checkpoint, row, new Scoped(Runner.PLAIN)));
            assertEquals(Float.BYTES * peakElements(), ledger.peak(Pool.HOST));
            assertEquals(Float.BYTES * peakElements(), backend.peak(Stage.LOAD));
        }
    }

    /// Numbers held at the worst moment, in a block behind the first: what it was given, until its
    /// attention is added to it, and the larger of its two parts.
    private static long peakElements() {
        long video = 2 * (4 / 2) * (6 / 2); // tokens of 2 frames of 4 x 6 latents, patches of 2
        long text = 6;
        long both = video + text;
        long width = 32;
        long head = 16;
        long time = 20;
        long positions = video * head; // cosines and sines
        long always = positions + width + time; // and the sinusoid, and the time
        long given = both * width;
        long modulation = 6 * width;

        // What is normalised goes once queries are there, queries once they have been answered.
        long asked = both + 2 * both + video;
        long answered = text + 2 * both + 2 * video;
        long askedByText = text + 2 * both + video + text;
        long attention = Math.max(asked, Math.max(answered, askedByText)) * width;

        long inner = 4; // and what goes in, or comes out
        long fed = Math.max((inner + 1) * video, video + (inner + 1) * text) * width;
        long together = Math.max(both + inner * video, text + (inner + 1) * video) * width;
        return always + given + modulation + Math.max(attention, Math.max(fed, together));
    }
}
