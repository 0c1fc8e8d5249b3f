package lightcache4j.cli.timeline;

/// Something that took time.
///
/// @param lane what it was
/// @param depth of a site, how many sites it is nested in; else 0
/// @param phase of a site, such as `decode`; else empty
/// @param name the site's path, or what was copied
/// @param start milliseconds after the first site of the recording began
/// @param end milliseconds, as `start`
record Span(Lane lane, int depth, String phase, String name, double start, double end) {

    double millis() {
        return end - start;
    }

    boolean touches(double from, double to) {
        return start < to && end > from;
    }

    /// Milliseconds of it within a window.
    double within(double from, double to) {
        return Math.max(0, Math.min(end, to) - Math.max(start, from));
    }
}
