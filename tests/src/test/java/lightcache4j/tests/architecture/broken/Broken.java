package lightcache4j.tests.architecture.broken;

import jdk.incubator.vector.FloatVector;

/// Breaks every rule that a class can break by itself.
public final class Broken {
    static int changing = 0;

    private Broken() {}

    static int lanes() {
        System.out.println(changing);
        return FloatVector.SPECIES_PREFERRED.length();
    }

    static final class ThingManager {
        private ThingManager() {}
    }
}
