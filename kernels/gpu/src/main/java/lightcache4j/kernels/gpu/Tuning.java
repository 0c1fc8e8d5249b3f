package lightcache4j.kernels.gpu;

import org.jspecify.annotations.Nullable;

import uk.ac.manchester.tornado.api.exceptions.TornadoInternalError;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Which of several ways an operation is computed by: for each shape the one that was fastest on
/// this device when that was measured.
///
/// Measuring has to be asked for: it takes time, and a way that rounds otherwise must not come and
/// go with what a clock says. Then the first operation of a shape is computed in all ways. One that
/// does not give what the first of them gives is never chosen, nor is one that fails. What was
/// chosen is kept in a [TuningFile], and holds for all runs until that file is gone.
///
/// Used under the device's lock.
final class Tuning {
    private static final String TUNE = "lightcache4j.gpu.tune";

    /// How often each way is timed; the best time counts.
    private static final int ROUNDS = 5;

    /// By how much a way has to be faster than the first to be chosen: clocks err.
    private static final double GAIN = 1.05;

    /// How far a way may be off, squared and relative to what the first gives: as float32 is.
    private static final double TOLERANCE = 1e-10;

    /// Numbers that are compared at a time.
    private static final int SOME = 1 << 20;

    private final @Nullable TuningFile file;
    private final boolean measures;
    private final LongSupplier clock;

    /// A way to compute an operation.
    ///
    /// @param name as files have it
    /// @param body computes it; false if there is no room to
    record Way(String name, BooleanSupplier body) {}

    /// The result of an operation: numbers of the device's `memory`.
    record Result(int start, long size) {}

    /// @param file null for a device that always takes the first way
    /// @param measures whether shapes that the file does not have are measured
    /// @param clock in nanoseconds
    Tuning(@Nullable TuningFile file, boolean measures, LongSupplier clock) {
        this.file = file;
        this.measures = measures;
        this.clock = clock;
    }

    /// The first way for everything.
    static Tuning none() {
        return new Tuning(null, false, () -> 0);
    }

    /// By the file of this device, which `-Dlightcache4j.gpu.tune=true` adds to.
    ///
    /// @throws IllegalArgumentException if a property or the file is not what it should be
    static Tuning ofThisProcess() {
        String value = System.getProperty(TUNE, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException(
                    "gpu: the property %s is '%s', wanted true or false".formatted(TUNE, value));
        }
        boolean measures = value.equals("true");
        TuningFile file = TuningFile.open(TuningFile.ofThisProcess(), Sdk.identity());
        if (measures) {
            file.requireWritable();
        }
        return new Tuning(file, measures, System::nanoTime);
    }

    /// Whether anything may be computed in another way than the first.
    boolean isActive() {
        return file != null && (measures || file.shapes() > 0);
    }

    /// One line of what there is.
    String finding() {
        if (file == null || file.shapes() == 0) {
            return "tuning: none, kernels are chosen by rule (-D%s=true, see docs/gpu.md)"
                    .formatted(TUNE);
        }
        return "tuning: %d shapes, %d of them not by the kernel that the rule says: %s"
                .formatted(file.shapes(), file.others(), file.path());
    }

    /// Computes an operation in the way that is best for its shape.
    ///
    /// @param shape what the choice depends on, without white space
    /// @param ways the first can always compute, and is what the others are held to
    void compute(Call call, String shape, List<Way> ways, Result result) {
        Way first = ways.getFirst();
        String chosen = file == null ? null : file.get(shape);
        if (chosen == null && measures && ways.size() > 1 && result.size() > 0) {
            chosen = choose(call, ways, result);
            if (chosen != null && file != null) {
                file.put(shape, chosen, chosen.equals(first.name()));
            }
        }
        Way way = named(chosen, ways);
        if (!way.body().getAsBoolean() && !first.body().getAsBoolean()) {
            throw new IllegalStateException(
                    "gpu: %s is not computed by '%s', wanted a first way that always can"
                            .formatted(shape, first.name()));
        }
    }

    private static Way named(@Nullable String name, List<Way> ways) {
        return ways.stream()
                .filter(way -> way.name().equals(name))
                .findFirst()
                .orElse(ways.getFirst());
    }

    /// The name of the fastest way; null if there was nothing to compare by.
    private @Nullable String choose(Call call, List<Way> ways, Result result) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wanted = arena.allocate(result.size() * Float.BYTES, Float.BYTES);
            call.apart(ways.getFirst().body());
            call.download(result.start(), wanted);
            if (!Double.isFinite(square(wanted))) {
                return null;
            }
            List<Way> right = new ArrayList<>(List.of(ways.getFirst()));
            for (Way way : ways.subList(1, ways.size())) {
                if (agrees(call, way, result, wanted)) {
                    right.add(way);
                }
            }
            return fastest(call, right, result);
        }
    }

    /// Whether a way gives what is wanted, where nothing of that is left from before.
    private static boolean agrees(Call call, Way way, Result result, MemorySegment wanted) {
        try (Arena arena = Arena.ofConfined()) {
            long some = Math.min(SOME, result.size());
            MemorySegment got = arena.allocate(some * Float.BYTES, Float.BYTES);
            got.fill((byte) -1); // NaN
            for (long done = 0; done < result.size(); done += some) {
                call.upload(part(got, 0, Math.min(some, result.size() - done)), at(result, done));
            }
            if (!call.apart(way.body())) {
                return false;
            }
            double off = 0;
            for (long done = 0; done < result.size(); done += some) {
                long n = Math.min(some, result.size() - done);
                call.download(at(result, done), part(got, 0, n));
                off += square(part(got, 0, n), part(wanted, done, n));
            }
            return off <= TOLERANCE * square(wanted);
        } catch (TornadoInternalError | RuntimeException e) {
            return false; // it does not compile or run on this device
        }
    }

    private static int at(Result result, long number) {
        return Call.number(result.start() + number);
    }

    private static MemorySegment part(MemorySegment numbers, long from, long n) {
        return numbers.asSlice(from * Float.BYTES, n * Float.BYTES);
    }

    private static double square(MemorySegment a) {
        double sum = 0;
        for (long i = 0; i < a.byteSize() / Float.BYTES; i++) {
            double x = a.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            sum += x * x;
        }
        return sum;
    }

    private static double square(MemorySegment a, MemorySegment b) {
        double sum = 0;
        for (long i = 0; i < a.byteSize() / Float.BYTES; i++) {
            double x = a.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            x -= b.getAtIndex(ValueLayout.JAVA_FLOAT, i);
            sum += x * x;
        }
        return sum;
    }

    private String fastest(Call call, List<Way> ways, Result result) {
        long[] best = new long[ways.size()];
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < best.length; i++) {
                long time = time(call, ways.get(i), result);
                best[i] = round == 0 ? time : Math.min(best[i], time);
            }
        }
        int chosen = 0;
        for (int i = 1; i < best.length; i++) {
            double than = chosen == 0 ? best[0] / GAIN : best[chosen];
            chosen = best[i] < than ? i : chosen;
        }
        return ways.get(chosen).name();
    }

    /// Until the first number of the result is there.
    private long time(Call call, Way way, Result result) {
        long start = clock.getAsLong();
        call.apart(way.body());
        call.download(result.start(), MemorySegment.ofArray(new float[1]));
        return clock.getAsLong() - start;
    }
}
