package lightcache4j.model.run.swap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    /// The next use; at the end of a round, the first of the next.
    Optional<Turn> next() {
        if (at < last.size()) {
            return Optional.of(last.get(at));
        }
        return current.stream().findFirst();
    }
}
