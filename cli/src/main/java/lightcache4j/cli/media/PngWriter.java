package lightcache4j.cli.media;

import lightcache4j.weights.ScratchFolder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

/// Frames as pictures: `x.png` becomes `x-0001.png`, `x-0002.png` and so on, all of them or none.
///
/// They are written to a hidden folder beside their place. Once all are there, the frames of an
/// older clip of that name move aside, the first one first, and the new ones take their place, the
/// first one last. So where there is a first frame, all of its clip are there, and no others. What
/// the system refuses on the way is taken back; a process that is to end finishes the moves. One
/// that is killed outright between them leaves frames without a first, and the hidden folder; the
/// next clip of that name replaces the frames.
final class PngWriter implements ClipWriter {
    private final Path pattern;
    private final String stem;
    private final ScratchFolder scratch;
    private int written;

    private PngWriter(Path pattern, ScratchFolder scratch) {
        this.pattern = pattern;
        String name = String.valueOf(pattern.getFileName());
        this.stem = name.substring(0, name.length() - ".png".length());
        this.scratch = scratch;
    }

    static PngWriter begin(Path pattern) {
        try {
            Path parent = pattern.toAbsolutePath().resolveSibling("");
            String prefix = ".%s.part-".formatted(pattern.getFileName());
            return new PngWriter(pattern, ScratchFolder.create(parent, prefix));
        } catch (IOException e) {
            throw Failures.unwritable(pattern, e);
        }
    }

    /// The name of frame `number`, counted from 1.
    private String name(int number) {
        return "%s-%04d.png".formatted(stem, number);
    }

    @Override
    public void accept(Frame frame) {
        Path file = scratch.path().resolve(name(++written));
        try {
            ImageIO.write(frame.image(), "png", file.toFile());
        } catch (IOException e) {
            throw Failures.unwritable(pattern, e);
        }
    }

    @Override
    public Path finish() {
        synchronized (scratch) {
            Deque<Move> moved = new ArrayDeque<>();
            try {
                Path aside = Files.createDirectory(scratch.path().resolve("replaced"));
                for (Path old : older()) {
                    moved.push(Move.make(old, aside.resolve(String.valueOf(old.getFileName()))));
                }
                for (int number = written; number >= 1; number--) {
                    Path whole = scratch.path().resolve(name(number));
                    moved.push(Move.make(whole, pattern.resolveSibling(name(number))));
                }
            } catch (IOException e) {
                takeBack(moved, e);
                throw Failures.unwritable(pattern, e);
            }
        }
        return pattern.resolveSibling(name(1));
    }

    /// Frames of an older clip of the same name, from the first on.
    private List<Path> older() throws IOException {
        Pattern numbered = Pattern.compile(Pattern.quote(stem) + "-\\d{4,}\\.png");
        Comparator<Path> byNumber = Comparator.comparingInt(file -> file.toString().length());
        try (Stream<Path> files = Files.list(pattern.toAbsolutePath().resolveSibling(""))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> numbered.matcher(file.getFileName().toString()).matches())
                    .sorted(byNumber.thenComparing(Comparator.naturalOrder()))
                    .toList();
        }
    }

    private static void takeBack(Deque<Move> moved, IOException refused) {
        for (Move move : moved) {
            try {
                Files.move(move.to(), move.from());
            } catch (IOException e) {
                refused.addSuppressed(e);
            }
        }
    }

    @Override
    public void close() {
        scratch.close();
    }

    /// One file that has moved.
    private record Move(Path from, Path to) {
        static Move make(Path from, Path to) throws IOException {
            Files.move(from, to);
            return new Move(from, to);
        }
    }
}
