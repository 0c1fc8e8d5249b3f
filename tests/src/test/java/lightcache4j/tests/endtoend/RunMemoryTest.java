package lightcache4j.tests.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.CountingBackend;
import lightcache4j.tests.parity.PipelineCase;
import lightcache4j.tests.parity.ReferenceFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What a run says of memory, against a count that shares no code with the ledger.
class RunMemoryTest {
    private static final List<Stage> STAGES = List.of(Stage.ENCODE, Stage.DENOISE, Stage.DECODE);

    /// Tells the independent count which stage runs.
    private record Stages(CountingBackend counted) implements Listener {
        @Override
        public void stage(Stage stage) {
            counted.enter(stage);
        }
    }

    private static Engine engine(CountingBackend counted, MemoryLedger ledger) {
        return new Engine(counted, ledger, new Stages(counted), SessionFactory.PLAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text_to_video", "image_to_video_noised", "inpaint_mask_through_vae"})
    void peaksAreExactAndNothingIsLeft(String name) {
        PipelineCase c = PipelineCase.named(name);
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = c.open(ledger);
                CountingBackend counted = new CountingBackend(Backends.preferred().open(2))) {
            Report report = c.generate(model, engine(counted, ledger)).generation().report();
            for (Stage stage : STAGES) {
                long peak = counted.peak(stage);
                assertTrue(peak > 0, stage + " took no memory at all");
                Report.Cost cost = report.stages().get(stage);
                assertEquals(peak, cost == null ? -1 : cost.peakBytes(), "peak of " + stage);
            }
            assertEquals(0, counted.storages());
            assertEquals(0, counted.bytes());
            assertEquals(0, ledger.current(Pool.HOST));
        }
    }

    @Test
    void mappedWeightsCountUntilTheModelIsClosed() throws IOException {
        PipelineCase c = PipelineCase.named("text_to_video");
        long mapped = 0;
        try (Stream<Path> files = Files.walk(c.fixture().model())) {
            for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
                mapped +=
                        ReferenceFile.tensors(file).values().stream()
                                .mapToLong(tensor -> tensor.byteSize())
                                .sum();
            }
        }
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = c.open(ledger)) {
            assertEquals(3, model.checkpoints().size());
            assertEquals(mapped, ledger.current(Pool.DISK));
        }
        assertEquals(0, ledger.current(Pool.DISK));
    }

    @Test
    void aRunThatFailsLeavesNothing() {
        PipelineCase c = PipelineCase.named("text_to_video");
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = c.open(ledger);
                CountingBackend counted = new CountingBackend(Backends.preferred().open(2))) {
            IllegalStateException full = new IllegalStateException("the disk is full");
            IllegalStateException seen =
                    assertThrows(
                            IllegalStateException.class,
                            () ->
                                    model.pipeline()
                                            .generate(
                                                    engine(counted, ledger),
                                                    c.request(),
                                                    _ -> {
                                                        throw full;
                                                    }));
            assertEquals(full, seen);
            assertTrue(counted.handedOut() > 0);
            assertEquals(0, counted.storages());
            assertEquals(0, ledger.current(Pool.HOST));
        }
    }
}
