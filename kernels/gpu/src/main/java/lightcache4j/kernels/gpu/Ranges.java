package lightcache4j.kernels.gpu;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Which parts of an array are taken: the first gap that is large enough is handed out, and gaps
/// side by side become one.
///
/// Starts and lengths are multiples of [#UNIT] elements.
final class Ranges {
    /// 64 bytes of float32.
    static final long UNIT = 16;

    /// Lengths of the gaps by where they start.
    private final TreeMap<Long, Long> gaps = new TreeMap<>();

    private final TreeMap<Long, Long> taken = new TreeMap<>();
    private long inUse;

    /// @param first the first element that may be handed out
    /// @param end behind the last one
    Ranges(long first, long end) {
        long start = (first + UNIT - 1) / UNIT * UNIT;
        if (end - start >= UNIT) {
            gaps.put(start, (end - start) / UNIT * UNIT);
        }
    }

    /// Where `length` elements are free, which they no longer are; empty if there is no such gap.
    OptionalLong take(long length) {
        long wanted = Math.max(UNIT, (length + UNIT - 1) / UNIT * UNIT);
        OptionalLong start =
                gaps.entrySet().stream()
                        .filter(gap -> gap.getValue() >= wanted)
                        .mapToLong(Map.Entry::getKey)
                        .findFirst();
        start.ifPresent(first -> occupy(first, wanted));
        return start;
    }

    private void occupy(long start, long wanted) {
        Long length = gaps.remove(start);
        if (length != null && length > wanted) {
            gaps.put(start + wanted, length - wanted);
        }
        taken.put(start, wanted);
        inUse += wanted;
    }

    /// Takes back what starts at `start`.
    void give(long start) {
        Long length = taken.remove(start);
        if (length == null) {
            throw new IllegalStateException(
                    "heap: a range given back at " + start + " that was not handed out");
        }
        inUse -= length;
        long from = start;
        long end = start + length;
        Map.Entry<Long, Long> before = gaps.lowerEntry(start);
        if (before != null && before.getKey() + before.getValue() == start) {
            from = before.getKey();
        }
        Long after = gaps.remove(end);
        gaps.put(from, end - from + (after == null ? 0 : after));
    }

    /// Elements that are handed out now.
    long inUse() {
        return inUse;
    }
}
