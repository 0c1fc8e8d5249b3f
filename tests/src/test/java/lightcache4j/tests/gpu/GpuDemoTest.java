package lightcache4j.tests.gpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.tests.parity.Values;
import lightcache4j.weights.ModelFolder;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// The shipped checkpoint draws the same clip on the device as on the CPU.
@Tag("gpu")
@Tag("long")
class GpuDemoTest {
    private static final double WANTED_DECIBEL = 50;
    private static final Request REQUEST =
            new Request(
                    "a red circle moving left to right on a navy background",
                    "",
                    new VideoSize(64, 64, 17),
                    new Sampling(10, 5, 0, 3, 256),
                    null,
                    null);

    @Test
    void theClipIsThatOfTheCpu() {
        double decibel = psnr(clip(Backends.named("cpu")), clip(Backends.working("gpu")));
        assertTrue(decibel >= WANTED_DECIBEL, "clips are " + decibel + " dB apart");
    }

    private static List<Values> clip(Backend.Provider provider) {
        List<Values> frames = new ArrayList<>();
        MemoryLedger ledger = new MemoryLedger();
        ModelFolder folder =
                ModelFolder.open(FixtureCase.folder().resolve("../../demo/model").normalize());
        try (OpenPipeline model = OpenPipeline.open(folder, null, ledger);
                Backend backend = provider.open(2)) {
            model.pipeline()
                    .generate(
                            Engine.plain(backend, ledger, Listener.NONE),
                            REQUEST,
                            frame -> frames.add(Values.of(frame)));
        }
        return frames;
    }

    private static double psnr(List<Values> expected, List<Values> actual) {
        double error = 0;
        long count = 0;
        for (int f = 0; f < expected.size(); f++) {
            float[] a = expected.get(f).numbers();
            float[] b = actual.get(f).numbers();
            for (int i = 0; i < a.length; i++) {
                error += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
                count++;
            }
        }
        return -10 * Math.log10(error / count);
    }
}
