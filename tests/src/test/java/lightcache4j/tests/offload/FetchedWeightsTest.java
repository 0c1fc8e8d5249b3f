package lightcache4j.tests.offload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.model.run.Economy.Offload;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.model.run.offload.Streamed;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Heap;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Rehearsal;
import lightcache4j.tensors.Residency;
import lightcache4j.tensors.Stage;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.Backends;
import lightcache4j.weights.Checkpoint;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// What is fetched in a run and how much of it is in memory at once, on five blocks of one size.
class FetchedWeightsTest {
    private static final int LAYERS = 5;
    private static final int STEPS = 3;
    private static final WideModel MODEL = new WideModel(LAYERS, 1, 20, Integer.MAX_VALUE);
    private static final String BLOCKS = "transformer_blocks";

    /// What stands alone in the transformer and has a site.
    private static final List<String> ALONE =
            List.of("time_embedding", "text_proj", "norm_out", "proj_out");

    @TempDir private static Path folder;
    private static long alone;
    private static long unused;

    @BeforeAll
    static void write() throws IOException {
        MODEL.write(folder.resolve("model"));
        try (OpenPipeline model = call().open(new MemoryLedger())) {
            Checkpoint transformer = model.pipeline().weights().transformer();
            alone = ALONE.stream().flatMapToLong(name -> bytes(transformer, name)).sum();
            String last = BLOCKS + "." + (LAYERS - 1);
            unused = bytes(transformer, last + ".txt_ff").sum();
        }
    }

    private static LongStream bytes(Checkpoint checkpoint, String path) {
        return checkpoint.tensorsBelow(path).values().stream().mapToLong(Tensor::byteSize);
    }

    private static OffloadedRun.Call call() {
        Sampling sampling = new Sampling(STEPS, 3, 0, 1, 16); // guided: two passes a step
        Request request = Request.of("a red circle", new VideoSize(32, 32, 5), sampling);
        return new OffloadedRun.Call(folder.resolve("model"), request);
    }

    private static OffloadedRun run(Offload offload) {
        return OffloadedRun.of(offload, SessionFactory.PLAIN, call());
    }

    @Test
    void twoBlocksAndWhatStandsAloneAreInMemory() {
        OffloadedRun run = run(Offload.BLOCK);
        long expected = alone + 2 * MODEL.blockBytes();
        assertEquals(expected, run.weights(Stage.DENOISE).peakBytes());
        assertEquals(expected, run.ledger().peak(Stage.DENOISE, Pool.RESIDENT));
    }

    @Test
    void aComponentIsInMemoryUntilItsStageEnds() {
        OffloadedRun run = run(Offload.COMPONENT);
        Streamed denoise = run.weights(Stage.DENOISE);
        assertEquals(alone + LAYERS * MODEL.blockBytes(), denoise.peakBytes());
        assertEquals(denoise.peakBytes(), denoise.fetchedBytes());
        Set<Stage> stages = run.generation().report().weights().keySet();
        assertEquals(Set.of(Stage.ENCODE, Stage.DENOISE, Stage.DECODE), stages);
    }

    /// Nobody needs the text that leaves the last block, so its feed-forward is not run.
    @Test
    void oneLayerTakesLessThanHalfABlock() {
        OffloadedRun run = run(Offload.DISK);
        long peak = run.weights(Stage.DENOISE).peakBytes();
        assertTrue(unused > 0);
        assertTrue(peak > 0 && peak < MODEL.blockBytes() / 2, () -> peak + " bytes");
        assertEquals(
                2L * STEPS * (alone + LAYERS * MODEL.blockBytes() - unused),
                run.weights(Stage.DENOISE).fetchedBytes());
    }

    @ParameterizedTest
    @EnumSource(names = {"COMPONENT", "BLOCK", "DISK"})
    void aRehearsalForetellsWhatIsInMemory(Offload offload) {
        OffloadedRun run = run(offload);
        OffloadedRun rehearsed = rehearsal(offload, Pool.HOST);
        for (Stage stage : List.of(Stage.ENCODE, Stage.DENOISE, Stage.DECODE)) {
            assertEquals(
                    rehearsed.ledger().peak(stage, Pool.RESIDENT),
                    run.ledger().peak(stage, Pool.RESIDENT),
                    stage.name());
        }
    }

    /// Without streaming, all that is read stays; with it, two blocks at most.
    @Test
    void onADeviceWeightsCountThere() {
        OffloadedRun none = rehearsal(Offload.NONE, Pool.DEVICE);
        OffloadedRun block = rehearsal(Offload.BLOCK, Pool.DEVICE);
        for (OffloadedRun run : List.of(none, block)) {
            assertEquals(0, run.ledger().peak(Pool.RESIDENT));
            assertEquals(0, run.ledger().current(Pool.DEVICE));
        }
        long kept = none.ledger().peak(Stage.DENOISE, Pool.DEVICE);
        long streamed = block.ledger().peak(Stage.DENOISE, Pool.DEVICE);
        assertTrue(streamed > 2 * MODEL.blockBytes(), () -> "only " + streamed + " bytes");
        long fewer = kept - streamed;
        assertTrue(
                fewer > (LAYERS - 2) * MODEL.blockBytes() - unused,
                () -> fewer + " bytes fewer, a block has " + MODEL.blockBytes());
    }

    private static OffloadedRun rehearsal(Offload offload, Pool pool) {
        try (Rehearsal nothing = new Rehearsal(pool)) {
            return OffloadedRun.of(offload, SessionFactory.PLAIN, call(), nothing);
        }
    }

    /// Steps 1 and 3 of three compute. The first block is fetched once more after the last pass,
    /// unless the stage ends before.
    @Test
    void blocksThatAreSkippedAreNotFetched() {
        OffloadedRun run = OffloadedRun.of(Offload.BLOCK, Caching.of("uniform:interval=2"), call());
        long expected = alone + 2 * 2 * LAYERS * MODEL.blockBytes();
        long fetched = run.weights(Stage.DENOISE).fetchedBytes();
        assertTrue(
                fetched == expected || fetched == expected + MODEL.blockBytes(),
                () -> fetched + " bytes, wanted " + expected + " or a block more");
    }

    @Test
    void eventsTellWhatIsFetched(@TempDir Path recorded) throws IOException {
        Path file = recorded.resolve("run.jfr");
        OffloadedRun run;
        try (Recording recording = new Recording()) {
            recording.enable("lightcache4j.Fetch");
            recording.enable("lightcache4j.FetchWait");
            recording.start();
            run = run(Offload.BLOCK);
            recording.stop();
            recording.dump(file);
        }
        Map<String, List<RecordedEvent>> events =
                RecordingFile.readAllEvents(file).stream()
                        .collect(Collectors.groupingBy(event -> event.getEventType().getName()));
        List<RecordedEvent> fetches = Objects.requireNonNull(events.get("lightcache4j.Fetch"));
        assertEquals(
                run.generation().report().weights().values().stream()
                        .mapToLong(Streamed::fetchedBytes)
                        .sum(),
                fetches.stream().mapToLong(event -> event.getLong("bytes")).sum());
        List<RecordedEvent> blocks =
                fetches.stream().filter(e -> e.getString("path").startsWith(BLOCKS)).toList();
        assertEquals(BLOCKS + ".0", blocks.getFirst().getString("path"));
        for (RecordedEvent event : blocks) {
            boolean first = event == blocks.getFirst();
            assertEquals(!first, event.getBoolean("ahead"), event.getString("path"));
        }
        for (RecordedEvent event : events.getOrDefault("lightcache4j.FetchWait", List.of())) {
            assertTrue(event.getLong("bytes") > 0, event.getString("path"));
        }
    }

    /// A residency that fails once a block is asked for.
    private record Broken(Residency next, IllegalStateException failure) implements Residency {
        @Override
        public Pool pool() {
            return next.pool();
        }

        @Override
        public void fetch(List<Tensor> weights, BooleanSupplier wanted) {
            if (weights.stream().mapToLong(Tensor::byteSize).sum() == MODEL.blockBytes()) {
                throw failure;
            }
            next.fetch(weights, wanted);
        }

        @Override
        public void evict(List<Tensor> weights) {
            next.evict(weights);
        }
    }

    private record Faulty(Backend next, IllegalStateException failure) implements Backend {
        @Override
        public String name() {
            return next.name();
        }

        @Override
        public String description() {
            return next.description();
        }

        @Override
        public Ops ops() {
            return next.ops();
        }

        @Override
        public Heap heap() {
            return next.heap();
        }

        @Override
        public Residency residency() {
            return new Broken(next.residency(), failure);
        }

        @Override
        public void close() {
            next.close();
        }
    }

    @Test
    void aFetchThatFailsEndsTheRun() {
        IllegalStateException failure = new IllegalStateException("the disk is gone");
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = call().open(ledger);
                Backend backend = new Faulty(Backends.preferred().open(2), failure)) {
            var engine = OffloadedRun.engine(backend, ledger, SessionFactory.PLAIN, Offload.BLOCK);
            Request request = call().request();
            IllegalStateException seen =
                    assertThrows(
                            IllegalStateException.class,
                            () -> model.pipeline().generate(engine, request, _ -> {}));
            assertEquals(failure, seen);
            assertEquals(0, ledger.current(Pool.RESIDENT));
            assertEquals(0, ledger.current(Pool.HOST));
        }
    }
}
