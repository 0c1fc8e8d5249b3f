package lightcache4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.cli.media.CannotRead;
import lightcache4j.cli.media.ClipReader;
import lightcache4j.cli.media.Frame;
import lightcache4j.cli.media.Similarity;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Safetensors;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/// Compares two clips, or the tensors of two files.
@Command(
        name = "compare",
        description = {
            "Says how far two clips are apart: PSNR, SSIM, largest and RMS difference.",
            "",
            "A clip is a .gif, an .mp4, a folder of pictures, a picture, or a .safetensors with a "
                    + "tensor frames. Two .safetensors without frames are compared tensor by tensor, "
                    + "by name; PSNR is then against the range of A's values.",
            "",
            "PSNR is of the mean squared error over the whole clip, in decibels, for values of 0 "
                    + "to 1. SSIM has a Gaussian window of 11x11 with deviation 1.5, K1 = 0.01 and "
                    + "K2 = 0.03, and is the mean over places, channels and frames."
        })
final class Compare implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A", description = "What is taken as right.")
    private Path a = Path.of("");

    @Parameters(index = "1", paramLabel = "B", description = "What is compared with it.")
    private Path b = Path.of("");

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        if (areTensors(a) && areTensors(b)) {
            tensors();
        } else {
            clips();
        }
        return ExitCode.OK;
    }

    private static boolean areTensors(Path path) {
        if (!Files.isRegularFile(path)
                || !path.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
            return false;
        }
        try (Safetensors file = Safetensors.open(path)) {
            return !file.tensors().containsKey("frames");
        }
    }

    private void clips() {
        Similarity similarity = new Similarity();
        try (ClipReader left = ClipReader.open(a);
                ClipReader right = ClipReader.open(b)) {
            while (true) {
                Optional<Frame> x = left.next();
                Optional<Frame> y = right.next();
                if (x.isEmpty() && y.isEmpty()) {
                    break;
                }
                if (x.isEmpty() || y.isEmpty()) {
                    throw new CannotRead(
                            x.isEmpty() ? a : b,
                            "ends after %d frames, wanted as many as the other clip has"
                                    .formatted(similarity.frames()));
                }
                requireOneSize(x.get(), y.get());
                similarity.add(x.get(), y.get());
            }
        }
        if (similarity.frames() == 0) {
            throw new CannotRead(a, "has no frames, wanted at least one");
        }
        report(similarity);
    }

    private void requireOneSize(Frame x, Frame y) {
        if (x.width() != y.width() || x.height() != y.height()) {
            throw new CannotRead(b, "has frames of %s, wanted %s as in %s".formatted(y, x, a));
        }
    }

    private void report(Similarity s) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode node = Json.object();
            node.put("frames", s.frames());
            node.put("equal", s.largest() == 0);
            Json.put(node, "psnr", s.psnr());
            Json.put(node, "ssim", s.ssim().orElse(Double.NaN));
            Json.put(node, "max", s.largest());
            Json.put(node, "rms", s.rms());
            Json.print(out, node);
            return;
        }
        out.printf(Locale.ROOT, "frames  %d%n", s.frames());
        out.printf(Locale.ROOT, "PSNR    %s%n", decibels(s.psnr()));
        out.printf(
                Locale.ROOT,
                "SSIM    %s%n",
                s.ssim().isPresent()
                        ? String.format(Locale.ROOT, "%.6f", s.ssim().getAsDouble())
                        : "none, frames are smaller than its window of 11x11");
        out.printf(Locale.ROOT, "max     %.3g%n", s.largest());
        out.printf(Locale.ROOT, "RMS     %.3g%n", s.rms());
        out.flush();
    }

    private static String decibels(double psnr) {
        return psnr == Double.POSITIVE_INFINITY
                ? "infinite, they are equal"
                : String.format(Locale.ROOT, "%.2f dB", psnr);
    }

    private void tensors() {
        try (Safetensors left = Safetensors.open(a);
                Safetensors right = Safetensors.open(b)) {
            TreeSet<String> names = new TreeSet<>(left.tensors().keySet());
            names.retainAll(right.tensors().keySet());
            if (names.isEmpty()) {
                throw new CannotRead(b, "has no tensor of a name that is in %s".formatted(a));
            }
            Map<String, Difference> differences = new LinkedHashMap<>();
            for (String name : names) {
                differences.put(name, difference(name, left.tensor(name), right.tensor(name)));
            }
            TreeSet<String> alone = new TreeSet<>(left.tensors().keySet());
            alone.addAll(right.tensors().keySet());
            alone.removeAll(names);
            report(differences, alone);
        }
    }

    private Difference difference(String name, Tensor x, Tensor y) {
        if (!squeezed(x).equals(squeezed(y))) {
            throw new CannotRead(
                    b, "has %s %s, wanted %s as in %s".formatted(name, y, x.shape(), a));
        }
        return Difference.of(x, y);
    }

    /// The shape without leading axes of length 1, which batches of one have.
    private static Shape squeezed(Tensor tensor) {
        long[] dims = tensor.shape().dims();
        int first = 0;
        while (first < dims.length && dims[first] == 1) {
            first++;
        }
        return Shape.of(java.util.Arrays.copyOfRange(dims, first, dims.length));
    }

    private void report(Map<String, Difference> differences, Set<String> alone) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode node = Json.object();
            ObjectNode tensors = node.putObject("tensors");
            differences.forEach(
                    (name, d) -> {
                        ObjectNode entry = tensors.putObject(name);
                        entry.put("shape", d.shape());
                        entry.put("equal", d.largest() == 0);
                        Json.put(entry, "psnr", d.psnr());
                        Json.put(entry, "max", d.largest());
                        Json.put(entry, "rms", d.rms());
                        Json.put(entry, "relative", d.relative());
                    });
            alone.forEach(node.putArray("inOneOnly")::add);
            Json.print(out, node);
            return;
        }
        int width = differences.keySet().stream().mapToInt(String::length).max().orElse(0);
        differences.forEach(
                (name, d) ->
                        out.printf(
                                Locale.ROOT,
                                "%-"
                                        + width
                                        + "s  PSNR %s  max %.3g  RMS %.3g  relative %.3g  %s%n",
                                name,
                                decibels(d.psnr()),
                                d.largest(),
                                d.rms(),
                                d.relative(),
                                d.shape()));
        if (!alone.isEmpty()) {
            out.println("in one file only: " + String.join(", ", alone));
        }
        out.flush();
    }
}
