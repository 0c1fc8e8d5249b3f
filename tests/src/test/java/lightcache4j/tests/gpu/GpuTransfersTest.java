package lightcache4j.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Stage;
import lightcache4j.tests.parity.PipelineCase;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.util.ArrayList;
import java.util.List;

/// What is copied between host and device, by TornadoVM's own count.
@Tag("gpu")
class GpuTransfersTest {
    private static final PipelineCase TEXT = PipelineCase.named("text_to_video");
    private static final int STEPS = 4;

    /// What a launch takes: 36 parameters and 4 scalars, each array with a header of 16 bytes, and
    /// TornadoVM's own 24 bytes.
    private static final long PARAMETERS = 36 * 4 + 16 + 4 * 4 + 16 + 24;

    @RegisterExtension private final OpenDevice device = new OpenDevice();

    private Report run(OpenPipeline model, SessionFactory how, Economy economy, Listener told) {
        Engine engine = new Engine(device.backend(), new MemoryLedger(), told, how, economy);
        return TEXT.generate(model, engine).generation().report();
    }

    private Launches plain(OpenPipeline model) {
        return Launches.of(told -> run(model, SessionFactory.PLAIN, Economy.DEFAULT, told));
    }

    /// Up goes the timestep, once for each branch of guidance. Down come partial sums, of the new
    /// latents and of the two that guidance is rescaled by: of each the sum, then the squares.
    @Test
    void aStepMovesTheTimestepAndWhatIsMeasured() {
        try (OpenPipeline model = TEXT.open(new MemoryLedger())) {
            long timestep = 4L * model.pipeline().transformer().config().dim();
            Launches denoise = plain(model).in(Stage.DENOISE);
            long items = 2 * 4 * 6 * 4 / 64; // latents [2, 4, 6, 4], 64 numbers an item
            List<Long> measured = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                measured.addAll(List.of(items * 5 * 4, items * 2 * 4));
            }
            for (int done = 1; done < STEPS; done++) {
                Launches step = denoise.after(done);
                assertEquals(List.of(timestep, timestep), step.up(), "up, step " + (done + 1));
                assertEquals(measured, step.down(), "down, step " + (done + 1));
            }
        }
    }

    @Test
    void aLaunchTakesItsParametersAlone() {
        try (OpenPipeline model = TEXT.open(new MemoryLedger())) {
            plain(model); // staging arrays go up once, before they first come down
            List<Launches.Launch> all = plain(model).all();
            assertTrue(all.size() > 1000, () -> "only " + all.size() + " launches");
            for (Launches.Launch launch : all) {
                boolean moves = launch.goesUp() || launch.comesDown();
                assertEquals(moves, launch.moved() > 0, launch.kernel());
                assertEquals(launch.comesDown(), launch.toHost() > 0, launch.kernel());
                if (!launch.goesUp()) {
                    assertEquals(PARAMETERS, launch.toDevice(), launch.kernel());
                }
                assertTrue(launch.toDevice() + launch.toHost() >= launch.moved(), launch.kernel());
            }
        }
    }

    /// All weights of the file, in the first step of the first run. What goes up in the first step
    /// of every run are the two tables of positions, and the timesteps.
    @Test
    void weightsGoUpOnce() {
        try (OpenPipeline model = TEXT.open(new MemoryLedger())) {
            List<Long> first = plain(model).in(Stage.DENOISE).after(0).up();
            List<Long> again = plain(model).in(Stage.DENOISE).after(0).up();
            assertEquals(4, again.size(), () -> "up in the second run: " + again);
            long weights = model.pipeline().weights().transformer().byteSize();
            assertEquals(weights, sum(first) - sum(again));
        }
    }

    private static long sum(List<Long> bytes) {
        return bytes.stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void swappingMovesWhatTheReportSays() {
        try (OpenPipeline model = TEXT.open(new MemoryLedger())) {
            SessionFactory caching = Caching.of("uniform:interval=2");
            run(model, caching, Economy.DEFAULT, Listener.NONE); // brings the weights up
            Launches stays = Launches.of(told -> run(model, caching, Economy.DEFAULT, told));
            List<Report> reports = new ArrayList<>();
            Economy swap = Economy.DEFAULT.withSwap(true);
            Launches leaves = Launches.of(told -> reports.add(run(model, caching, swap, told)));
            long swapped = reports.getFirst().swap().bytes();
            assertTrue(swapped > 0, "nothing was swapped");
            assertEquals(swapped, leaves.moved() - stays.moved());
        }
    }
}
