package lightcache4j.tests.offload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Generation;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.Economy.Offload;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.Sessions;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Stage;
import lightcache4j.tests.parity.Backends;
import lightcache4j.weights.ModelFolder;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// How much of a transformer's file is in memory while it runs, as the system tells it.
class StreamedPagesTest {
    private static final WideModel MODEL = new WideModel(8, 8, 64, Integer.MAX_VALUE);

    /// What the system maps around pages that are touched, and weights that no site names.
    private static final long SLACK = 2 << 20;

    @TempDir private static Path folder;
    private static Path file = Path.of("");

    @BeforeAll
    static void write() throws IOException {
        MappedMemory.assumeTold();
        file = MODEL.write(folder.resolve("model"));
    }

    /// Bytes of the transformer in memory.
    ///
    /// @param most after any site's body, before its weights leave
    /// @param left when the next stage has begun, the file still mapped
    private record Measured(Generation generation, long most, long left) {

        static Measured of(Offload offload) {
            long[] most = new long[1];
            long[] left = new long[1];
            Runner watched =
                    (_, x, body) -> {
                        var y = body.apply(x);
                        most[0] = Math.max(most[0], MappedMemory.resident(file));
                        return y;
                    };
            SessionFactory sessions = (_, _, _) -> (Sessions) _ -> _ -> watched;
            Listener listener =
                    new Listener() {
                        @Override
                        public void stage(Stage stage) {
                            left[0] = stage == Stage.DECODE ? MappedMemory.resident(file) : 0;
                        }
                    };
            MemoryLedger ledger = new MemoryLedger();
            ModelFolder model = ModelFolder.open(folder.resolve("model"));
            try (OpenPipeline open = OpenPipeline.open(model, null, ledger);
                    Backend backend = Backends.preferred().open(2)) {
                Economy economy = Economy.DEFAULT.withOffload(offload);
                Engine engine = new Engine(backend, ledger, listener, sessions, economy);
                Generation g = open.pipeline().generate(engine, request(), _ -> {});
                return new Measured(g, most[0], left[0]);
            }
        }

        private static Request request() {
            Sampling sampling = new Sampling(2, 3, 0, 1, 16);
            return Request.of("a red circle", new VideoSize(32, 32, 5), sampling);
        }
    }

    @Test
    void noMoreIsInMemoryThanIsWanted() {
        Measured none = Measured.of(Offload.NONE);
        Measured component = Measured.of(Offload.COMPONENT);
        Measured block = Measured.of(Offload.BLOCK);
        Measured disk = Measured.of(Offload.DISK);
        long two = 2 * MODEL.blockBytes() + SLACK;
        assertTrue(none.most() > 2 * two, () -> none.most() + " bytes without streaming");
        assertTrue(none.left() > 2 * two, () -> none.left() + " bytes left without streaming");
        assertTrue(component.most() > 2 * two, () -> component.most() + " bytes of the component");
        assertTrue(block.most() >= MODEL.blockBytes(), () -> block.most() + " bytes of a block");
        assertTrue(block.most() <= two, () -> block.most() + " bytes, wanted at most " + two);
        long half = MODEL.blockBytes() / 2 + SLACK;
        assertTrue(disk.most() <= half, () -> disk.most() + " bytes, wanted at most " + half);
        for (Measured run : List.of(component, block, disk)) {
            assertTrue(run.left() <= SLACK, () -> run.left() + " bytes left");
            assertArrayEquals(
                    none.generation().latents().toFloats(), run.generation().latents().toFloats());
        }
    }
}
