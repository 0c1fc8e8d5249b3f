package lightcache4j.tests.vae;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Scoped;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.Parity;
import lightcache4j.tests.parity.ReferenceFile;
import lightcache4j.tests.parity.Values;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The trained autoencoder of `demo/` on the clips that diffusers made with it.
class VaeDemoTest {
    private static final Path DEMO = demo();
    private static final double LEAST_PSNR = 20; // of a trained autoencoder on clips like its own
    private static final Runner SCOPED = new Scoped(Runner.PLAIN);

    private static Path demo() {
        Path inProject = Path.of("demo");
        return Files.isDirectory(inProject) ? inProject : Path.of("..", "demo");
    }

    static List<Path> references() {
        try (Stream<Path> files = Files.list(DEMO.resolve("reference"))) {
            return files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void thereAreReferences() {
        assertTrue(references().size() >= 3, "references: " + references());
    }

    @ParameterizedTest
    @MethodSource("references")
    void decodesTheReferencesFrames(Path reference) {
        Map<String, Values> run = ReferenceFile.read(reference);
        try (Session session = Session.open(DEMO.resolve("model").resolve("vae"))) {
            Values frames = decode(session, latents(session, run));
            Parity.assertNear(
                    reference.getFileName().toString(), frames(run), frames, Parity.COMPONENT);
            assertEquals(0, session.ledger().current(Pool.HOST));
        }
    }

    @ParameterizedTest
    @MethodSource("references")
    void encodingAndDecodingGivesTheFramesBack(Path reference) {
        Values frames = frames(ReferenceFile.read(reference));
        try (Session session = Session.open(DEMO.resolve("model").resolve("vae"))) {
            float[] pixels = frames.numbers().clone();
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = 2 * pixels[i] - 1;
            }
            Tensor video = Tensor.of(pixels, frames.shape());
            Tensor latents =
                    session.workspace().in(() -> session.vae().encode(video, SCOPED).mode());
            Values again = decode(session, latents);
            double psnr = -10 * Math.log10(meanSquareDifference(frames, again));
            assertTrue(psnr >= LEAST_PSNR, "%s: %.2f dB".formatted(reference, psnr));
        }
    }

    private static double meanSquareDifference(Values a, Values b) {
        double sum = 0;
        for (int i = 0; i < a.numbers().length; i++) {
            double d = a.numbers()[i] - b.numbers()[i];
            sum += d * d;
        }
        return sum / a.numbers().length;
    }

    /// The last step's latents, as the autoencoder has them.
    private static Tensor latents(Session session, Map<String, Values> run) {
        Values steps = run.get("latents"); // [steps, C, f, h, w]
        Values last = steps.sample(steps.batch() - 1).channelsLast();
        double scaling = session.vae().config().scalingFactor();
        float[] numbers = last.numbers().clone();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (numbers[i] / scaling);
        }
        return Tensor.of(numbers, last.shape());
    }

    /// Frames of the reference, `[F, H, W, 3]` in 0 to 1.
    private static Values frames(Map<String, Values> run) {
        return run.get("frames").sample(0).permute(0, 2, 3, 1);
    }

    /// Decoded frames, brought to 0 to 1 as pipelines do.
    private static Values decode(Session session, Tensor latents) {
        List<Values> pieces = new ArrayList<>();
        session.workspace()
                .run(() -> session.vae().decode(latents, SCOPED, p -> pieces.add(Values.of(p))));
        Values frames = pieces.stream().reduce(Values::then).orElseThrow();
        float[] pixels = frames.numbers();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = Math.clamp(pixels[i] / 2 + 0.5f, 0, 1);
        }
        return frames;
    }
}
