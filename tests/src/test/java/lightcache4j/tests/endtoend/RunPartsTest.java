package lightcache4j.tests.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.cli.ablate.MemoryTrace;
import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.PipelineCase;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What the ledger tells an observer of a run, against what it says itself.
class RunPartsTest {
    /// One change that was told.
    private record Change(Stage stage, Part part, long bytes) {}

    private static Report run(MemoryLedger ledger, MemoryLedger.Observer observer) {
        PipelineCase c = PipelineCase.named("text_to_video");
        try (OpenPipeline model = c.open(ledger);
                Backend backend = Backends.preferred().open(2)) {
            Engine engine =
                    new Engine(backend, ledger, Listener.NONE, Caching.of("uniform:interval=2"));
            ledger.observe(observer);
            Report report = c.generate(model, engine).generation().report();
            ledger.observe(null);
            return report;
        }
    }

    @Test
    void everyPartIsHeldWhereItBelongsAndGivenBack() {
        MemoryLedger ledger = new MemoryLedger();
        List<Change> changes = new ArrayList<>();
        run(
                ledger,
                (stage, pool, part, bytes) -> {
                    assertEquals(Pool.HOST, pool);
                    changes.add(new Change(stage, part, bytes));
                });
        Map<Part, Long> held = new EnumMap<>(Part.class);
        Map<Stage, Map<Part, Long>> most = new EnumMap<>(Stage.class);
        for (Change change : changes) {
            long now = held.merge(change.part(), change.bytes(), Long::sum);
            assertTrue(now >= 0, change + " gives back more than is held");
            most.computeIfAbsent(change.stage(), _ -> new EnumMap<>(Part.class))
                    .merge(change.part(), now, Math::max);
        }
        held.forEach((part, bytes) -> assertEquals(0, bytes, part + " is left"));
        assertTrue(most.get(Stage.DENOISE).get(Part.FEATURES) > 0, "no features: " + most);
        assertTrue(most.get(Stage.DECODE).get(Part.STATE) > 0, "no state: " + most);
        assertEquals(null, most.get(Stage.ENCODE).get(Part.FEATURES));
        assertEquals(null, most.get(Stage.DECODE).get(Part.FEATURES));
        assertEquals(null, most.get(Stage.DENOISE).get(Part.STATE));
    }

    @Test
    void theTraceHasTheReportedPeak() {
        MemoryTrace trace = new MemoryTrace(Pool.HOST);
        Report report = run(new MemoryLedger(), trace);
        trace.finish();
        assertEquals(report.peakBytes(), trace.peak());
    }
}
