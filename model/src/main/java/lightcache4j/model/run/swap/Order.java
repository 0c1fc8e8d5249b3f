package lightcache4j.model.run.swap;

import java.util.ArrayList;
import java.util.List;

/// In which order kept tensors are used. Rounds (a denoising step, a piece of a clip) use the same
/// ones in the same order, so the last round tells what comes next.
final class Order {
    private List<Turn> last = List.of();
    private List<Turn> current = new ArrayList<>();
    private int at; // in the last round, the use that is expected next

    /// A round begins.
    void round() {
        if (!current.isEmpty()) {
            last = current;
            current = new ArrayList<>();
        }
        at = 0;
    }

    /// `kept` is used.
    void use(Turn kept) {
        current.add(kept);
        for (int i = 0; i < last.size(); i++) {
            int place = (at + i) % last.size();
            if (last.get(place).equals(kept)) {
                at = place + 1;
                return;
            }
        }
    }

    /// The next `count` uses; behind the end of a round, those at the beginning of the next.
    List<Turn> next(int count) {
        List<Turn> next = new ArrayList<>();
        for (int place = at; next.size() < count && place < at + count; place++) {
            List<Turn> round = place < last.size() ? last : current;
            int index = place < last.size() ? place : place - last.size();
            if (index < round.size()) {
                next.add(round.get(index));
            }
        }
        return next;
    }
}
