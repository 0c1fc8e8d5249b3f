package lightcache4j.tests.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.model.run.cache.UnusableCache;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.Parity;
import lightcache4j.tests.parity.Values;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How a policy is asked for, and what is said where that means nothing.
class CacheSettingsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fastest | \"fastest\" is no policy, wanted one of dbcache, easycache",
                "uniform:intervall=2 | uniform has no setting intervall, wanted one of branch, c",
                "uniform:interval=0 | interval of uniform is \"0\", wanted a whole number, 1 or",
                "uniform:interval=2.5 | interval of uniform is \"2.5\", wanted a whole number",
                "uniform:interval=two | interval of uniform is \"two\", wanted a number",
                "uniform:interval=2,interval=3 | interval of uniform is given twice",
                "uniform:interval | \"interval\" in uniform is no setting, wanted key=value",
                "uniform:compat=deepcache | compat of uniform is \"deepcache\", wanted lightcache",
                "first-block:threshold=NaN | threshold of first-block is \"NaN\", wanted a finite",
                "magcache | magcache has no calibration, wanted one, or mag_ratios; lightcache4j cal",
                "smoothcache | smoothcache has no calibration, wanted one, or steps or schedule",
                "smoothcache:steps=0;1.5 | steps of smoothcache is \"0;1.5\", wanted whole numbers",
                "teacache:ret_steps=0 | ret_steps of teacache is \"0\", wanted a whole number, 1",
                "pab:cross_range=0 | cross_range of pab is \"0\", wanted a whole number, 1 or more",
                "pab:timesteps=100 | timesteps of pab is \"100\", wanted two numbers",
                "uniform:compute_last=yes | compute_last of uniform is \"yes\", wanted true or f",
            })
    void saysWhatIsWrong(String asked, String message) {
        String seen = assertThrows(UnusableCache.class, () -> Caching.of(asked)).getMessage();
        assertTrue(seen.startsWith("cache: ") && seen.contains(message), seen);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "uniform:branch=5 | branch of uniform is 5, wanted less than the model's 5 blocks",
                "dbcache | are 8 and 0, wanted less together than the model's 5 blocks",
            })
    void refusesAModelTooShort(String asked, String message) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = CacheCase.open(ledger);
                Backend backend = Backends.preferred().open(1)) {
            CacheCase call = CacheCase.named("uncached");
            Caching caching = Caching.of(asked);
            String seen =
                    assertThrows(
                                    UnusableCache.class,
                                    () -> call.generate(model, backend, ledger, caching))
                            .getMessage();
            assertTrue(seen.contains(message), seen);
            assertEquals(0, ledger.current(Pool.HOST));
        }
    }

    @Test
    void readsRatiosFromAFile(@TempDir Path folder) throws IOException {
        CacheCase c = CacheCase.named("magcache");
        String ratios = c.policy().replaceAll(".*mag_ratios=", "");
        Path file =
                Files.writeString(
                        folder.resolve("r.json"), "[" + ratios.replace(";", ", ") + "]\n");
        String asked = c.policy().replaceAll("mag_ratios=.*", "mag_ratios=") + file;
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = CacheCase.open(ledger);
                Backend backend = Backends.preferred().open(1)) {
            Values latents =
                    Values.of(c.generate(model, backend, ledger, Caching.of(asked)).latents());
            Parity.assertNear("latents", c.latents(), latents, Parity.FRAMES);
        }
    }
}
