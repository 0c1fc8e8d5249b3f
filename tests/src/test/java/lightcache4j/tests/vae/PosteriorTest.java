package lightcache4j.tests.vae;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import lightcache4j.model.vae.Posterior;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.junit.jupiter.api.Test;

/// Latents drawn from what the encoder says.
class PosteriorTest {
    private static final float TWICE_LN_3 = 2.1972246f; // a deviation of 3

    private final Posterior posterior =
            new Posterior(
                    Tensor.of(new float[] {1, -2, 0.5f}, 1, 1, 1, 3),
                    Tensor.of(new float[] {0, TWICE_LN_3, -30}, 1, 1, 1, 3));

    @Test
    void theModeIsTheMean() {
        assertSame(posterior.mean(), posterior.mode());
    }

    @Test
    void aSampleIsTheMeanAndDeviationsOfNoise() {
        Tensor noise = Tensor.of(new float[] {0.25f, -1, 1000}, 1, 1, 1, 3);
        try (Workspace workspace =
                new Workspace(Session.provider("reference").open(1), new MemoryLedger())) {
            float[] sample = workspace.in(() -> posterior.sample(noise).toFloats());
            assertArrayEquals(new float[] {1.25f, -5, 0.5003059f}, sample, 1e-6f);
        }
    }

    @Test
    void noiseOfAnotherShapeIsRefused() {
        Tensor noise = Tensor.of(new float[] {1, 2, 3}, 3, 1, 1, 1);
        assertThrows(ShapeMismatch.class, () -> posterior.sample(noise));
    }
}
