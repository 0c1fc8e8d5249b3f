package lightcache4j.tests.architecture;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BuildTest {
    @Test
    void runsOnTheToolchainAndWithTheVectorModule() {
        assertTrue(Runtime.version().feature() >= 25);
        assertTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    }
}
