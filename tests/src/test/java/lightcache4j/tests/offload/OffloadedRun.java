package lightcache4j.tests.offload;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.FrameSink;
import lightcache4j.model.pipeline.Generation;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.Economy.Offload;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.offload.Streamed;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Stage;
import lightcache4j.tests.parity.Backends;
import lightcache4j.weights.ModelFolder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// What a run with weights somewhere gave.
///
/// @param ledger what was counted, the model closed again
record OffloadedRun(Generation generation, List<float[]> frames, MemoryLedger ledger) {
    private static final int THREADS = 2;

    /// What to make of which model.
    ///
    /// @param model a pipeline's folder
    record Call(Path model, Request request) {
        OpenPipeline open(MemoryLedger ledger) {
            return OpenPipeline.open(ModelFolder.open(model), null, ledger);
        }
    }

    /// A run on the preferred backend.
    static OffloadedRun of(Offload offload, SessionFactory sessions, Call call) {
        try (Backend backend = Backends.preferred().open(THREADS)) {
            return of(offload, sessions, call, backend);
        }
    }

    static OffloadedRun of(Offload offload, SessionFactory sessions, Call call, Backend backend) {
        MemoryLedger ledger = new MemoryLedger();
        List<float[]> frames = new ArrayList<>();
        try (OpenPipeline model = call.open(ledger)) {
            FrameSink sink = frame -> frames.add(frame.toFloats());
            Engine engine = engine(backend, ledger, sessions, offload);
            return new OffloadedRun(
                    model.pipeline().generate(engine, call.request(), sink), frames, ledger);
        }
    }

    static Engine engine(
            Backend backend, MemoryLedger ledger, SessionFactory sessions, Offload offload) {
        Economy economy = Economy.DEFAULT.withOffload(offload);
        return new Engine(backend, ledger, Listener.NONE, sessions, economy);
    }

    /// What came into memory in a stage.
    Streamed weights(Stage stage) {
        return Objects.requireNonNull(generation.report().weights().get(stage));
    }
}
