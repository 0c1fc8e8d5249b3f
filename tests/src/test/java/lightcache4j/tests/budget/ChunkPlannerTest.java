package lightcache4j.tests.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.budget.ChunkPlanner;
import lightcache4j.model.budget.Footprint;
import lightcache4j.model.budget.Prospect;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.model.run.Chunking;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;
import lightcache4j.tests.parity.PipelineCase;
import lightcache4j.weights.ModelFolder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/// What is cut, against the peaks of runs that cut everything, and less.
class ChunkPlannerTest {
    private static final PipelineCase TEXT = PipelineCase.named("text_to_video");
    private static final Path DEMO = Path.of("..", "demo", "model");
    private static final Economy EVERYWHERE = Economy.DEFAULT.withSwap(true).withChunks(4);

    static Stream<PipelineCase> pipelines() {
        return PipelineCase.all();
    }

    private static Prospect prospect(OpenPipeline open, PipelineCase c) {
        return new Prospect(open, c.request(), SessionFactory.PLAIN, Pool.HOST);
    }

    private static Footprint footprint(OpenPipeline open, PipelineCase c, Economy economy) {
        return Footprint.ofFirstSteps(prospect(open, c), economy);
    }

    private static Set<String> cut(Economy economy) {
        return assertInstanceOf(Chunking.These.class, economy.chunking()).paths();
    }

    /// Whether a stage holds more than 10 % more.
    private static boolean tooMuch(Footprint least, Footprint is) {
        return Stream.of(Stage.values())
                .anyMatch(stage -> is.at(stage).tensors() > 1.10 * least.at(stage).tensors());
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void noStageHoldsMuchMoreThanWhereAllIsCut(PipelineCase c) {
        try (OpenPipeline open = c.open(new MemoryLedger())) {
            Economy economy = ChunkPlanner.wherePays(prospect(open, c), EVERYWHERE);
            assertEquals(4, economy.chunks());
            assertEquals(EVERYWHERE, economy.withChunks(4));
            Footprint least = footprint(open, c, EVERYWHERE);
            assertFalse(tooMuch(least, footprint(open, c, economy)), () -> cut(economy).toString());
        }
    }

    /// A clip so large that feed-forwards hold the most. In pieces, attention would hold more.
    private static Prospect large(OpenPipeline open) {
        Request request =
                Request.of("", new VideoSize(256, 256, 49), Sampling.DEFAULT.withSteps(2));
        return new Prospect(open, request, SessionFactory.PLAIN, Pool.HOST);
    }

    @Test
    void eachCutIsNeeded() {
        try (OpenPipeline open =
                OpenPipeline.open(ModelFolder.open(DEMO), null, new MemoryLedger())) {
            Economy economy = ChunkPlanner.wherePays(large(open), EVERYWHERE);
            Footprint least = Footprint.foreseen(large(open), economy);
            assertTrue(cut(economy).size() > 1, () -> cut(economy).toString());
            for (String path : cut(economy)) {
                Set<String> others = new HashSet<>(cut(economy));
                others.remove(path);
                Economy fewer = economy.withChunking(Chunking.of(others, 4));
                assertTrue(tooMuch(least, Footprint.foreseen(large(open), fewer)), path);
            }
        }
    }

    @Test
    void cutsNothingThatItDoesNotHelp() {
        try (OpenPipeline open =
                OpenPipeline.open(ModelFolder.open(DEMO), null, new MemoryLedger())) {
            Prospect large = large(open);
            Economy chosen = ChunkPlanner.wherePays(large, EVERYWHERE);
            assertTrue(
                    cut(chosen).stream().allMatch(p -> p.matches(".*\\.(ff|mlp)")),
                    cut(chosen)::toString);
            assertTrue(denoising(large, chosen) < denoising(large, EVERYWHERE.withChunks(1)));
            assertTrue(denoising(large, chosen) < denoising(large, EVERYWHERE));
        }
    }

    private static long denoising(Prospect prospect, Economy economy) {
        return Footprint.foreseen(prospect, economy).at(Stage.DENOISE).tensors();
    }

    @Test
    void wholeLayersStayWhole() {
        try (OpenPipeline open = TEXT.open(new MemoryLedger())) {
            assertSame(
                    Economy.DEFAULT, ChunkPlanner.wherePays(prospect(open, TEXT), Economy.DEFAULT));
        }
    }
}
