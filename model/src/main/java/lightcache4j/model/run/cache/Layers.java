package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;

import java.util.Locale;
import java.util.regex.Pattern;

/// The kinds of layers inside a block that a rule can keep by themselves.
enum Layers {
    /// Attention of every kind, up to its output projection.
    ATTENTION("attn\\d*"),
    /// The feed-forwards of both streams.
    FEED_FORWARD("(txt_)?ff");

    private final String name;

    Layers(String name) {
        this.name = name;
    }

    /// What files call it.
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Those of every block, each by itself.
    Coverage in(Course course) {
        Pattern path = Pattern.compile(Pattern.quote(course.blocks()) + "\\.\\d+\\." + name);
        return site ->
                path.matcher(site.path()).matches() ? Coverage.Place.WHOLE : Coverage.Place.OUTSIDE;
    }
}
