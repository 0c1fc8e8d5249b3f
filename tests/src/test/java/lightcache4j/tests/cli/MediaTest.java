package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.cli.media.ClipReader;
import lightcache4j.cli.media.ClipWriter;
import lightcache4j.cli.media.Frame;
import lightcache4j.cli.media.Similarity;
import lightcache4j.weights.Safetensors;
import lightcache4j.weights.UnwritableFile;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/// What is written is what other readers read.
class MediaTest {
    @TempDir private Path folder;

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "7, 5, 2", "64, 64, 3", "61, 127, 16", "200, 90, 200", "97, 33, 255"})
    void gifKeepsFewColoursExactly(int width, int height, int colours) {
        List<Frame> clip = Clips.noise(width, height, 3, colours, 11);
        assertEquals(0, Clips.written(folder.resolve("x.gif"), clip).largest(), 1.0 / 255 / 100);
    }

    @Test
    void gifIsNearWhereColoursAreMany() {
        Similarity likeness = Clips.written(folder.resolve("x.gif"), Clips.smooth(96, 72, 6));
        // FFmpeg's palettes of single frames reach 40.8 dB and 0.945 on this clip.
        assertTrue(likeness.psnr() > 40.8, "PSNR " + likeness.psnr());
        assertTrue(likeness.ssim().orElseThrow() > 0.94, "SSIM " + likeness.ssim());
    }

    @Test
    void gifRepeatsForeverAtItsRate() throws IOException {
        Path file = Clips.write(folder.resolve("x.gif"), Clips.smooth(16, 16, 8));
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        int hundredths = 0;
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            reader.setInput(in);
            assertEquals(8, reader.getNumImages(true));
            for (int i = 0; i < 8; i++) {
                var root =
                        (org.w3c.dom.Element)
                                reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0");
                var control =
                        (org.w3c.dom.Element)
                                root.getElementsByTagName("GraphicControlExtension").item(0);
                hundredths += Integer.parseInt(control.getAttribute("delayTime"));
            }
        } finally {
            reader.dispose();
        }
        assertEquals(100, hundredths);
        byte[] bytes = Files.readAllBytes(file);
        assertTrue(
                new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .contains("NETSCAPE2.0\3\1\0\0\0"));
    }

    @Test
    void gifReadsTheSameInFfmpeg() throws Exception {
        Ffmpeg.require("ffmpeg");
        Path file = Clips.write(folder.resolve("x.gif"), Clips.smooth(50, 38, 5));
        List<Frame> theirs = Ffmpeg.frames(file, 50, 38);
        assertEquals(5, theirs.size());
        assertEquals(0, Clips.compare(theirs, ClipReader.readAll(file)).largest(), 1e-6);
    }

    @Test
    void aStillBackgroundIsNotDrawnAgain() throws IOException {
        List<Frame> still = Clips.smooth(64, 64, 1);
        Path once = Clips.write(folder.resolve("once.gif"), still);
        Path often =
                Clips.write(
                        folder.resolve("often.gif"),
                        List.of(still.getFirst(), still.getFirst(), still.getFirst()));
        assertTrue(Files.size(often) < Files.size(once) + 200);
        assertEquals(3, ClipReader.readAll(often).size());
    }

    @ParameterizedTest
    @CsvSource({"64, 64", "100, 52", "34, 18"})
    void mp4IsNear(int width, int height) {
        List<Frame> clip = Clips.smooth(width, height, 30);
        Similarity likeness = Clips.written(folder.resolve("x.mp4"), clip);
        assertEquals(30, likeness.frames());
        assertTrue(likeness.psnr() > 40, "PSNR " + likeness.psnr());
    }

    @Test
    void mp4ReadsTheSameInFfmpeg() throws Exception {
        Ffmpeg.require("ffprobe");
        Ffmpeg.require("ffmpeg");
        List<Frame> clip = Clips.smooth(96, 80, 30);
        Path file = Clips.write(folder.resolve("x.mp4"), clip);
        assertEquals(
                "h264,96,80,yuv420p,8/1,30",
                Ffmpeg.probe(file, "codec_name,width,height,pix_fmt,r_frame_rate,nb_read_frames"));
        double likeness = Clips.compare(clip, Ffmpeg.frames(file, 96, 80)).psnr();
        assertTrue(likeness > 40, "PSNR of what FFmpeg shows " + likeness);
        byte[] theirs = Ffmpeg.raw(file, "yuv420p");
        List<Frame> ours = ClipReader.readAll(file);
        int compared = 0;
        for (int f = 0; f < ours.size(); f++) {
            float[] rgb = ours.get(f).rgb();
            for (int i = 0; i < 96 * 80; i++) {
                double luma = 0.299 * rgb[3 * i] + 0.587 * rgb[3 * i + 1] + 0.114 * rgb[3 * i + 2];
                int sample = theirs[f * 96 * 80 * 3 / 2 + i] & 0xff;
                if (!isCut(rgb, i)) {
                    assertEquals(sample, 16 + 219 * luma, 0.01, "luma of frame " + f + " at " + i);
                    compared++;
                }
            }
        }
        assertTrue(compared > 0.9 * 30 * 96 * 80, compared + " samples were compared");
    }

    /// Whether a sample was outside 0 to 1, and so lost what it was.
    private static boolean isCut(float[] rgb, int pixel) {
        for (int c = 3 * pixel; c < 3 * pixel + 3; c++) {
            if (rgb[c] <= 0 || rgb[c] >= 1) {
                return true;
            }
        }
        return false;
    }

    @Test
    void mp4TakesNoise() {
        List<Frame> clip = Clips.noise(64, 48, 5, 3000, 3);
        Similarity likeness = Clips.written(folder.resolve("x.mp4"), clip);
        assertEquals(5, likeness.frames());
        // Half the resolution of noise in colour is lost to 4:2:0; more than that is not.
        assertTrue(likeness.psnr() > 10, "PSNR " + likeness.psnr());
    }

    @Test
    void mp4RefusesOddSizes() {
        var plan = new ClipWriter.Plan(63, 64, 1, 8);
        Path file = folder.resolve("x.mp4");
        assertThrows(UnwritableFile.class, () -> ClipWriter.open(file, plan));
    }

    @Test
    void pngKeepsEightBits() throws IOException {
        List<Frame> clip = Clips.noise(21, 13, 3, 1000, 5);
        Path first = Clips.write(folder.resolve("x.png"), clip);
        assertEquals(List.of("x-0001.png", "x-0002.png", "x-0003.png"), files());
        assertEquals("x-0001.png", first.getFileName().toString());
        assertEquals(0, Clips.compare(clip, ClipReader.readAll(folder)).largest(), 1e-6);
    }

    @Test
    void aShorterClipLeavesNoFramesOfTheLonger() throws IOException {
        Clips.write(folder.resolve("x.png"), Clips.smooth(8, 8, 5));
        Files.createFile(folder.resolve("x-ray.png"));
        Clips.write(folder.resolve("x.png"), Clips.smooth(8, 8, 2));
        assertEquals(List.of("x-0001.png", "x-0002.png", "x-ray.png"), files());
    }

    @Test
    void framesThatCannotAllTakeTheirPlaceLeaveTheOlderClip() throws IOException {
        Clips.write(folder.resolve("x.png"), Clips.smooth(8, 8, 2));
        byte[] first = Files.readAllBytes(folder.resolve("x-0001.png"));
        Files.createDirectory(folder.resolve("x-0003.png"));
        List<Frame> longer = Clips.noise(8, 8, 5, 9, 1);
        assertThrows(UnwritableFile.class, () -> Clips.write(folder.resolve("x.png"), longer));
        assertEquals(List.of("x-0001.png", "x-0002.png", "x-0003.png"), files());
        assertArrayEquals(first, Files.readAllBytes(folder.resolve("x-0001.png")));
    }

    @Test
    void safetensorsKeepsEveryBit() {
        List<Frame> clip = Clips.smooth(9, 7, 3);
        Path file = Clips.write(folder.resolve("x.safetensors"), clip);
        assertEquals(0, Clips.compare(clip, ClipReader.readAll(file)).largest());
        try (Safetensors tensors = Safetensors.open(file)) {
            assertArrayEquals(new long[] {3, 7, 9, 3}, tensors.tensor("frames").shape().dims());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.gif", "x.mp4", "x.png", "x.safetensors"})
    void anUnfinishedClipLeavesNothing(String name) throws IOException {
        var plan = new ClipWriter.Plan(16, 16, 3, 8);
        try (ClipWriter writer = ClipWriter.open(folder.resolve(name), plan)) {
            writer.accept(Clips.smooth(16, 16, 1).getFirst());
        }
        assertEquals(List.of(), files());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x.gif", "x.mp4", "x.png", "x.safetensors"})
    void aFolderThatIsNotThereIsSaidAtOnce(String name) {
        var plan = new ClipWriter.Plan(16, 16, 3, 8);
        Path file = folder.resolve("missing").resolve(name);
        assertThrows(UnwritableFile.class, () -> ClipWriter.open(file, plan));
    }
}
