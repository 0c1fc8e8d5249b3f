package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;
import lightcache4j.model.run.Site;

/// Which sites a policy takes the place of.
@FunctionalInterface
interface Coverage {
    /// How a site lies to what is covered.
    enum Place {
        /// Not covered.
        OUTSIDE,
        /// Covered, by itself.
        WHOLE,
        /// The first of several sites that are covered as one.
        FIRST,
        /// Neither the first nor the last of several.
        MIDDLE,
        /// The last of several.
        LAST;

        boolean begins() {
            return this == WHOLE || this == FIRST;
        }

        boolean ends() {
            return this == WHOLE || this == LAST;
        }
    }

    /// The whole denoiser.
    Coverage MODEL = site -> site.equals(Site.MODEL) ? Place.WHOLE : Place.OUTSIDE;

    /// Where `site` lies.
    Place place(Site site);

    /// Blocks `from` to `to` (exclusive) as one.
    static Coverage blocks(Course course, int from, int to) {
        return new Span(course.blocks(), course.depth(), from, to);
    }

    /// The attention of every block, each by itself.
    static Coverage attention(Course course) {
        return Layers.ATTENTION.in(course);
    }
}
