package lightcache4j.cli.ablate;

import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Working memory over the time of a run, by what it is held for: all of the process's, or where a
/// device computes, the device's.
///
/// Every change is a sample until there are too many; then of each two in a row the higher stays,
/// so that peaks are never lost. Mapped files are not working memory.
public final class MemoryTrace implements MemoryLedger.Observer {
    private static final int MOST_SAMPLES = 1 << 14;

    private final long start = System.nanoTime();
    private final Predicate<Pool> watched;
    private final Map<Part, Long> held = new EnumMap<>(Part.class);
    private final List<Sample> samples = new ArrayList<>();
    private double seconds;

    /// What is held from a moment on.
    public static final class Sample {
        private final double seconds;
        private final Stage stage;
        private final Map<Part, Long> bytes;

        private Sample(double seconds, Stage stage, Map<Part, Long> bytes) {
            this.seconds = seconds;
            this.stage = stage;
            this.bytes = Map.copyOf(bytes);
        }

        /// Bytes held for a part.
        public long bytes(Part part) {
            return bytes.getOrDefault(part, 0L);
        }

        /// All parts together.
        public long total() {
            return bytes.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// @param computing where the backend computes
    public MemoryTrace(Pool computing) {
        watched = computing == Pool.DEVICE ? computing::equals : pool -> pool != Pool.DISK;
    }

    @Override
    public void changed(Stage stage, Pool pool, Part part, long bytes) {
        if (!watched.test(pool)) {
            return;
        }
        held.merge(part, bytes, Long::sum);
        samples.add(new Sample((System.nanoTime() - start) * 1e-9, stage, held));
        if (samples.size() > MOST_SAMPLES) {
            thin();
        }
    }

    private void thin() {
        List<Sample> half = new ArrayList<>(MOST_SAMPLES);
        for (int i = 0; i + 1 < samples.size(); i += 2) {
            Sample a = samples.get(i);
            Sample b = samples.get(i + 1);
            half.add(a.total() >= b.total() ? a : b);
        }
        if (samples.size() % 2 == 1) {
            half.add(samples.getLast());
        }
        samples.clear();
        samples.addAll(half);
    }

    /// The run is over.
    public void finish() {
        seconds = (System.nanoTime() - start) * 1e-9;
    }

    /// How long the run took while it was watched.
    public double seconds() {
        return seconds;
    }

    /// The most bytes held at once.
    public long peak() {
        return samples.stream().mapToLong(Sample::total).max().orElse(0);
    }

    /// Whether anything was held for the part.
    public boolean held(Part part) {
        return samples.stream().anyMatch(sample -> sample.bytes(part) > 0);
    }

    /// The run in `count` equal spans of time: the highest sample of each, or what was held when it
    /// began if nothing changed in it.
    public List<Sample> spans(int count) {
        List<Sample> spans = new ArrayList<>(count);
        Sample last = new Sample(0, Stage.ENCODE, Map.of());
        int next = 0;
        for (int i = 1; i <= count; i++) {
            double end = seconds * i / count;
            Sample highest = last;
            while (next < samples.size() && (samples.get(next).seconds < end || i == count)) {
                last = samples.get(next++);
                highest = highest.total() >= last.total() ? highest : last;
            }
            spans.add(highest);
        }
        return spans;
    }

    /// When the stage began: at its first change; NaN if it had none.
    public double began(Stage stage) {
        return samples.stream()
                .filter(sample -> sample.stage == stage)
                .mapToDouble(sample -> sample.seconds)
                .min()
                .orElse(Double.NaN);
    }
}
