package lightcache4j.model.run.cache;

import lightcache4j.model.run.Site;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A run of blocks, covered as one.
///
/// @param blocks path of the list of blocks
/// @param depth how many there are
/// @param from the first covered
/// @param to the first behind it that is not
record Span(String blocks, int depth, int from, int to) implements Coverage {
    private static final Pattern BLOCK = Pattern.compile("\\.(\\d+)");
    private static final Pattern REST = Pattern.compile("\\[(\\d+)\\.\\.\\]");

    @Override
    public Place place(Site site) {
        if (!site.path().startsWith(blocks)) {
            return Place.OUTSIDE;
        }
        String place = site.path().substring(blocks.length());
        Matcher block = BLOCK.matcher(place);
        if (block.matches()) {
            int index = Integer.parseInt(block.group(1));
            return place(index, index + 1);
        }
        Matcher rest = REST.matcher(place);
        return rest.matches() ? place(Integer.parseInt(rest.group(1)), depth) : Place.OUTSIDE;
    }

    private Place place(int first, int end) {
        if (first < from || end > to) {
            return Place.OUTSIDE;
        }
        if (first == from) {
            return end == to ? Place.WHOLE : Place.FIRST;
        }
        return end == to ? Place.LAST : Place.MIDDLE;
    }
}
