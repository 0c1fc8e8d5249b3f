package lightcache4j.bench;

import lightcache4j.bench.cases.NormCases;
import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.PlainCases;
import lightcache4j.bench.cases.SequenceCases;
import lightcache4j.bench.cases.VideoCases;
import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// The engine's side of `torch_kernels.py`: times one case at a time, on request, so that both
/// sides take turns and a busy moment of the machine hits both.
///
/// Reads lines from the standard input. `open linear 1024 1536 1536 F32 NONE` opens a case,
/// verifies it against the reference where that takes less than a minute, runs it until it is
/// compiled, and answers with its operations, its bytes, and whether it was verified. `run 0.2`
/// runs it for so many seconds and answers with the seconds that one run took: wall clock, then
/// processor time of this thread. The cases `multiplyAdd` and `stream` are the machine itself.
public final class Peer {
    /// Operations above which the reference, some 0.4 billion a second, is not asked.
    private static final double VERIFIED = 2e10;

    private static final double WARM_UP = 3;

    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private Peer() {}

    /// @param args how many threads the backend has; 1 if there is no argument
    public static void main(String[] args) throws IOException {
        int threads = args.length == 0 ? 1 : Integer.parseInt(args[0]);
        Running running = null;
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", 2);
            if (words[0].equals("open")) {
                if (running != null) {
                    running.close();
                }
                running = Running.open(words[1].split(" ", -1), threads);
                running.sample(WARM_UP);
                System.out.println(running.work + " " + running.bytes + " " + running.verified);
            } else {
                double[] taken =
                        Objects.requireNonNull(running).sample(Double.parseDouble(words[1]));
                System.out.println(taken[0] + " " + taken[1]);
            }
        }
        if (running != null) {
            running.close();
        }
    }

    private record Running(
            Runnable body, Runnable end, double work, double bytes, boolean verified) {
        static Running open(String[] words, int threads) {
            Machine machine = new Machine();
            return switch (words[0]) {
                case "multiplyAdd" ->
                        new Running(machine::multiplyAdd, () -> {}, Machine.work(), 0, true);
                case "stream" -> new Running(machine::stream, () -> {}, 0, Machine.bytes(), true);
                default -> of(opCase(words), threads);
            };
        }

        private static Running of(OpCase c, int threads) {
            boolean verified = c.work() <= VERIFIED;
            Timed timed = verified ? Timed.open("cpu", threads, c) : Timed.trust(threads, c);
            Timed.Physics physics = new Timed.Physics();
            return new Running(
                    () -> timed.run(physics), timed::close, c.work(), c.bytes(), verified);
        }

        /// Runs for so many seconds, once at least; the seconds of one run.
        double[] sample(double seconds) {
            long start = System.nanoTime();
            long spent = CLOCK.getCurrentThreadCpuTime();
            int runs = 0;
            long wall;
            do {
                body.run();
                runs++;
                wall = System.nanoTime() - start;
            } while (wall < seconds * 1e9);
            spent = CLOCK.getCurrentThreadCpuTime() - spent;
            return new double[] {wall / 1e9 / runs, spent / 1e9 / runs};
        }

        void close() {
            end.run();
        }
    }

    private static OpCase opCase(String[] w) {
        int[] n = new int[w.length];
        for (int i = 1; i < w.length; i++) {
            n[i] = w[i].matches("\\d+") ? Integer.parseInt(w[i]) : 0;
        }
        return switch (w[0]) {
            case "linear" ->
                    SequenceCases.linear(
                            n[1], n[2], n[3], DType.valueOf(w[4]), Activation.valueOf(w[5]));
            case "attention" -> SequenceCases.attention(n[1], n[2], n[3], n[4]);
            case "maskedAttention" -> SequenceCases.maskedAttention(n[1], n[2], n[3], n[4]);
            case "conv3d" -> VideoCases.convolution(n[1], n[2], n[3], n[4], n[5]);
            case "groupNormalize" ->
                    VideoCases.groupNormalize(n[1], n[2], n[3], n[4], n[5], true, Activation.SILU);
            case "layerNorm" -> NormCases.layerNorm(n[1], n[2], true);
            case "modulate" -> PlainCases.modulate(n[1], n[2]);
            case "gatedSum" -> PlainCases.gatedSum(n[1], n[2]);
            case "activate" -> PlainCases.activate(n[1], Activation.GELU_TANH);
            case "rope" -> SequenceCases.rope(n[1], n[2], n[3], true);
            default -> throw new IllegalArgumentException("bench: there is no case " + w[0]);
        };
    }
}
