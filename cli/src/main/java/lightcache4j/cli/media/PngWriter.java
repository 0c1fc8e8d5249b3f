package lightcache4j.cli.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

/// Frames as pictures: `x.png` becomes `x-0001.png`, `x-0002.png` and so on, all of them or none.
final class PngWriter implements ClipWriter {
    private final Path pattern;
    private final Path folder;
    private final Thread removal;
    private final List<Path> written = new CopyOnWriteArrayList<>();
    private volatile boolean goingDown;

    private PngWriter(Path pattern, Path folder) {
        this.pattern = pattern;
        this.folder = folder;
        this.removal =
                new Thread(
                        () -> {
                            goingDown = true;
                            deleteUnfinished();
                        },
                        "remove-unfinished");
        Runtime.getRuntime().addShutdownHook(removal);
    }

    static PngWriter begin(Path pattern) {
        try {
            Path beside = pattern.toAbsolutePath();
            String name =
                    ".%s.%d.part".formatted(pattern.getFileName(), ProcessHandle.current().pid());
            return new PngWriter(beside, Files.createDirectories(checked(beside).resolve(name)));
        } catch (IOException e) {
            throw Failures.unwritable(pattern, e);
        }
    }

    private static Path checked(Path pattern) throws IOException {
        Path parent = pattern.resolveSibling("");
        if (!Files.isDirectory(parent)) {
            throw new java.nio.file.NoSuchFileException(parent.toString());
        }
        return parent;
    }

    /// The name of frame `number`, counted from 1.
    private Path numbered(int number) {
        String name = String.valueOf(pattern.getFileName());
        String stem = name.substring(0, name.length() - ".png".length());
        return pattern.resolveSibling("%s-%04d.png".formatted(stem, number));
    }

    @Override
    public void accept(Frame frame) {
        Path file = folder.resolve(written.size() + 1 + ".png");
        written.add(file);
        try {
            ImageIO.write(frame.image(), "png", file.toFile());
        } catch (IOException e) {
            throw Failures.unwritable(pattern, e);
        }
    }

    @Override
    public Path finish() {
        try {
            for (int i = 0; i < written.size(); i++) {
                Files.move(written.get(i), numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
            removeLeftover();
        } catch (IOException e) {
            throw Failures.unwritable(pattern, e);
        }
        return numbered(1);
    }

    /// Frames beyond the last are those of a longer clip of the same name: they are not of this
    /// one.
    private void removeLeftover() throws IOException {
        String name = String.valueOf(pattern.getFileName());
        Pattern numbered =
                Pattern.compile(
                        Pattern.quote(name.substring(0, name.length() - 4)) + "-(\\d{4,})\\.png");
        List<Path> leftover;
        try (Stream<Path> files = Files.list(pattern.resolveSibling(""))) {
            leftover =
                    files.filter(
                                    file -> {
                                        Matcher m =
                                                numbered.matcher(
                                                        String.valueOf(file.getFileName()));
                                        return m.matches()
                                                && Integer.parseInt(m.group(1)) > written.size();
                                    })
                            .toList();
        }
        for (Path file : leftover) {
            Files.delete(file);
        }
    }

    @Override
    public void close() {
        deleteUnfinished();
        if (!goingDown) {
            Runtime.getRuntime().removeShutdownHook(removal);
        }
    }

    private void deleteUnfinished() {
        try {
            for (Path file : written) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw Failures.unwritable(pattern, e);
        }
    }
}
