package lightcache4j.model.run.swap;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Which parts of a place are taken. Sizes repeat from step to step, so a part given back waits for
/// the next request of its size.
final class Rooms {
    private final Map<Long, Deque<Long>> free = new HashMap<>();
    private long end;

    /// Where `bytes` bytes may be stored.
    long take(long bytes) {
        Deque<Long> waiting = free.get(bytes);
        if (waiting != null && !waiting.isEmpty()) {
            return waiting.pop();
        }
        long at = end;
        end += bytes;
        return at;
    }

    /// What [#take] gave is free again.
    void giveBack(long at, long bytes) {
        free.computeIfAbsent(bytes, _ -> new ArrayDeque<>()).push(at);
    }
}
