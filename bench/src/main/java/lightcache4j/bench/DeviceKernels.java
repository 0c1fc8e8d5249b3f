package lightcache4j.bench;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import lightcache4j.bench.cases.NormCases;
import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.PlainCases;
import lightcache4j.bench.cases.SequenceCases;
import lightcache4j.bench.cases.VideoCases;
import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/// What kernels take on the device of the GPU backend, by the clock of TornadoVM's profiler:
/// without launching them, and without copies to the device and back. Each case is verified against
/// the reference before it is timed. The first line is a copy within the device's memory, which no
/// kernel that is bound by memory can be faster than. `docs/gpu.md` has the command.
///
/// Words choose the cases that have all of them in their names. `--large` times layers of large
/// models, which fill a GPU, in place of small ones; they are verified against the CPU's kernels.
/// `--print` prints the source that TornadoVM generates for each kernel that runs.
public final class DeviceKernels {
    private static final String LAUNCH = "lightcache4j.Launch";
    private static final int RUNS = 5;

    /// Numbers that are copied: 64 MiB, more than caches hold.
    private static final int COPIED = 1 << 24;

    /// Those of video and text together.
    private static final int TOKENS = 7168 + 256;

    /// What a case took.
    ///
    /// @param kernels that ran, in order
    /// @param nanos on the device, the least of all runs
    public record Result(List<String> kernels, long nanos) {}

    private DeviceKernels() {}

    /// @param args `--large`, `--print`, and words that a case must have in its name
    public static void main(String[] args) throws IOException {
        List<String> words = new ArrayList<>(List.of(args));
        if (words.remove("--print")) {
            System.setProperty("tornado.printKernel", "True"); // read when TornadoVM starts
        }
        boolean large = words.remove("--large");
        OpCase copy = PlainCases.copy(COPIED);
        double peak = copy.bytes() / show(copy, Double.NaN, false);
        boolean wrong = false;
        for (Supplier<OpCase> each : large ? large() : small()) {
            OpCase c = each.get();
            if (words.stream().allMatch(c.toString()::contains)) {
                try {
                    show(c, peak, large);
                } catch (IllegalStateException e) {
                    wrong = true;
                    System.out.println(e.getMessage());
                }
            }
        }
        if (wrong) {
            System.exit(1); // after the cases that are right were timed
        }
    }

    private static List<Supplier<OpCase>> small() {
        return PerCore.cases().stream().<Supplier<OpCase>>map(c -> () -> c).toList();
    }

    /// Layers of a transformer of 7 billion parameters at 512x512x25 and of its autoencoder. Each
    /// is made when its turn comes: their inputs are large.
    private static List<Supplier<OpCase>> large() {
        return List.of(
                () -> SequenceCases.linear(4096, 4096, 4096, DType.F32, Activation.NONE),
                () -> SequenceCases.linear(4096, 4096, 4096, DType.BF16, Activation.NONE),
                () -> SequenceCases.linear(TOKENS, 3072, 3072, DType.BF16, Activation.NONE),
                () -> SequenceCases.linear(TOKENS, 3072, 12288, DType.BF16, Activation.GELU_TANH),
                () -> SequenceCases.linear(TOKENS, 12288, 3072, DType.BF16, Activation.NONE),
                () -> SequenceCases.linear(TOKENS, 3072, 3072, DType.I8, Activation.NONE),
                () -> SequenceCases.linear(TOKENS, 3072, 3072, DType.F16, Activation.NONE),
                () -> SequenceCases.attention(TOKENS, TOKENS, 48, 64),
                () -> SequenceCases.attention(4096, 4096, 12, 128),
                () -> VideoCases.convolution(9, 64, 64, 128, 128),
                () -> VideoCases.convolution(9, 128, 128, 128, 128),
                () -> VideoCases.convolution(5, 64, 64, 512, 512),
                () -> VideoCases.groupStatistics(9, 128, 128, 128, 32, true),
                () -> VideoCases.groupNormalize(9, 128, 128, 128, 32, true, Activation.SILU),
                () -> NormCases.layerNorm(TOKENS, 3072, true),
                () -> PlainCases.modulate(TOKENS, 3072),
                () -> PlainCases.gatedSum(TOKENS, 3072),
                () -> SequenceCases.rope(TOKENS, 48, 64, true));
    }

    private static double show(OpCase c, double peak, boolean large) throws IOException {
        Result result;
        try (Timed timed = large ? Timed.openLarge("gpu", c) : Timed.open("gpu", 1, c)) {
            result = measure(timed, c);
        }
        double nanos = result.nanos();
        System.out.printf(
                "%-64s %-32s %10.1f us %8.1f GFLOP/s %7.1f GB/s %4.0f%% of copy%n",
                c,
                String.join(" ", result.kernels()),
                nanos / 1e3,
                c.work() / nanos,
                c.bytes() / nanos,
                100 * c.bytes() / nanos / (Double.isNaN(peak) ? c.bytes() / nanos : peak));
        return nanos;
    }

    /// Verifies a case on the device, and times it.
    ///
    /// @throws IllegalStateException if there is no GPU backend, or its result is off by more than
    ///   the case's bound
    public static Result measure(OpCase c) throws IOException {
        try (Timed timed = Timed.open("gpu", 1, c)) {
            return measure(timed, c);
        }
    }

    private static Result measure(Timed timed, OpCase c) throws IOException {
        List<RecordedEvent> launches = launches(timed);
        int each = launches.size() / RUNS;
        if (each == 0 || launches.size() % RUNS != 0) {
            throw new IllegalStateException(
                    "bench: %d launches in %d runs of %s, wanted the same number in each"
                            .formatted(launches.size(), RUNS, c));
        }
        long least = Long.MAX_VALUE;
        for (int i = 0; i < launches.size(); i += each) {
            long nanos =
                    launches.subList(i, i + each).stream()
                            .mapToLong(e -> e.getLong("computed"))
                            .sum();
            least = Math.min(least, nanos);
        }
        List<String> kernels =
                launches.subList(0, each).stream().map(e -> e.getString("kernel")).toList();
        return new Result(kernels, least);
    }

    /// The launches of all runs that are not copies between host and device, in order.
    private static List<RecordedEvent> launches(Timed timed) throws IOException {
        Timed.Physics physics = new Timed.Physics();
        Path file = Files.createTempFile("launches", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable(LAUNCH);
            recording.start();
            for (int i = 0; i < RUNS; i++) {
                timed.run(physics);
            }
            recording.stop();
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(e -> e.getEventType().getName().equals(LAUNCH))
                    .filter(e -> e.getLong("moved") == 0)
                    .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                    .toList();
        } finally {
            Files.delete(file);
        }
    }
}
