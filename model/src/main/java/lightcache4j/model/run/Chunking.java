package lightcache4j.model.run;

import java.util.Set;

/// Which sites are computed in pieces, and in how many.
public interface Chunking {

    /// No site.
    Chunking NONE = everywhere(1);

    /// Asked each time that a site which could be cut is about to compute.
    ///
    /// @return pieces, at least 1; fewer are made where there is less to cut
    int pieces(Site site);

    /// The most pieces of any site, at least 1.
    int most();

    /// Every site that can be cut.
    static Chunking everywhere(int pieces) {
        return new Everywhere(pieces);
    }

    /// These sites alone.
    ///
    /// @param paths of sites
    static Chunking of(Set<String> paths, int pieces) {
        return new These(paths, pieces);
    }

    /// See [Chunking#everywhere].
    record Everywhere(int most) implements Chunking {
        public Everywhere {
            requirePieces(most);
        }

        @Override
        public int pieces(Site site) {
            return most;
        }
    }

    /// See [Chunking#of].
    record These(Set<String> paths, int most) implements Chunking {
        public These {
            requirePieces(most);
            paths = Set.copyOf(paths);
        }

        @Override
        public int pieces(Site site) {
            return paths.contains(site.path()) ? most : 1;
        }
    }

    private static void requirePieces(int pieces) {
        if (pieces < 1) {
            throw new IllegalArgumentException(
                    "chunking: pieces are " + pieces + ", wanted 1 or more");
        }
    }
}
