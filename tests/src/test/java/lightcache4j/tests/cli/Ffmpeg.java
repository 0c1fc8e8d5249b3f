package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import lightcache4j.cli.media.Frame;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// FFmpeg as a second reader of clips, where it is installed.
final class Ffmpeg {
    private Ffmpeg() {}

    /// Skips the test, and says so, where a tool is not installed.
    static void require(String tool) {
        boolean there = false;
        try {
            there =
                    new ProcessBuilder(tool, "-version").redirectErrorStream(true).start().waitFor()
                            == 0;
        } catch (IOException _) {
            there = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assumeTrue(there, tool + " is not installed: this check was skipped");
    }

    /// What `ffprobe` says of the first video stream, one value for each entry asked for.
    static String probe(Path file, String entries) throws IOException, InterruptedException {
        byte[] out =
                run(
                        "ffprobe",
                        "-v",
                        "error",
                        "-count_frames",
                        "-select_streams",
                        "v:0",
                        "-show_entries",
                        "stream=" + entries,
                        "-of",
                        "csv=p=0",
                        file.toString());
        return new String(out, StandardCharsets.UTF_8).strip();
    }

    /// The frames as FFmpeg decodes them and turns them to red, green and blue.
    static List<Frame> frames(Path file, int width, int height)
            throws IOException, InterruptedException {
        byte[] raw = raw(file, "rgb24");
        List<Frame> frames = new ArrayList<>();
        int size = 3 * width * height;
        for (int at = 0; at + size <= raw.length; at += size) {
            float[] rgb = new float[size];
            for (int i = 0; i < size; i++) {
                rgb[i] = (raw[at + i] & 0xff) / 255f;
            }
            frames.add(new Frame(width, height, rgb));
        }
        return frames;
    }

    /// All samples as FFmpeg decodes them, frame after frame.
    static byte[] raw(Path file, String pixelFormat) throws IOException, InterruptedException {
        return run(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                file.toString(),
                "-sws_flags",
                "bilinear+accurate_rnd+full_chroma_int",
                "-f",
                "rawvideo",
                "-pix_fmt",
                pixelFormat,
                "-vsync",
                "passthrough",
                "-");
    }

    private static byte[] run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        byte[] out = process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor(), String.join(" ", command));
        return out;
    }
}
