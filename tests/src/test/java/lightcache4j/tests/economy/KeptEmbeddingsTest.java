package lightcache4j.tests.economy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import lightcache4j.model.budget.Footprint;
import lightcache4j.model.budget.Prospect;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;
import lightcache4j.weights.ModelFolder;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;

/// Embeddings of prompts leave memory with everything else that is kept from step to step.
class KeptEmbeddingsTest {
    private static final Path DEMO = Path.of("..", "demo", "model");
    private static final int TOKENS = 256;

    /// By those of the prompt that is computed for; those of the other are on their way back.
    @ParameterizedTest
    @ValueSource(floats = {5, 1})
    void denoisingHoldsSoMuchLess(float guidance) {
        try (OpenPipeline open =
                OpenPipeline.open(ModelFolder.open(DEMO), null, new MemoryLedger())) {
            Sampling sampling = new Sampling(3, guidance, 0, 0, TOKENS);
            Request request = Request.of("a red circle", new VideoSize(64, 64, 17), sampling);
            Prospect prospect = new Prospect(open, request, SessionFactory.PLAIN, Pool.HOST);
            long width = open.pipeline().transformer().config().textDim();
            assertEquals(
                    TOKENS * width * Float.BYTES,
                    denoising(prospect, Economy.NONE)
                            - denoising(prospect, Economy.NONE.withSwap(true)));
        }
    }

    private static long denoising(Prospect prospect, Economy economy) {
        return Footprint.foreseen(prospect, economy).at(Stage.DENOISE).tensors();
    }
}
