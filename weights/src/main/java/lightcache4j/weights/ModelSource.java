package lightcache4j.weights;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A model wherever it is: a folder, an archive of one (`.tar`, `.tar.gz`, `.tar.bz2`, `.zip`, told
/// by their first bytes), or a single safetensors file.
///
/// An archive is unpacked to a folder of its own, whole or not at all, and that folder goes when
/// the source is closed or the process ends; close what was opened from it first.
///
/// ```java
/// try (ModelSource source = ModelSource.open(path)) {
///     ModelFolder model = source.folder();
/// }
/// ```
public final class ModelSource implements AutoCloseable {
    private final Path origin;
    private final Path path;
    private final @Nullable ScratchFolder scratch;

    private ModelSource(Path origin, Path path, @Nullable ScratchFolder scratch) {
        this.origin = origin;
        this.path = path;
        this.scratch = scratch;
    }

    /// Opens a model; an archive is unpacked below the system's folder for temporary files.
    ///
    /// @see #open(Path, Path, ArchiveLimits)
    public static ModelSource open(Path origin) {
        return open(origin, Path.of(System.getProperty("java.io.tmpdir")), ArchiveLimits.DEFAULT);
    }

    /// Opens a model.
    ///
    /// @param unpackBelow the folder below which an archive is unpacked
    /// @param limits how far an archive is trusted
    /// @throws UnreadableModel if there is nothing there, or not enough room to unpack it
    /// @throws MalformedArchive if it is an archive that is damaged, or goes beyond the limits
    public static ModelSource open(Path origin, Path unpackBelow, ArchiveLimits limits) {
        if (!Files.exists(origin)) {
            throw new UnreadableModel(
                    origin
                            + ": is missing, wanted a model's folder, archive or file; is the path"
                            + " right?");
        }
        if (Files.isDirectory(origin)) {
            return new ModelSource(origin, origin, null);
        }
        ArchiveKind kind = ArchiveKind.of(origin);
        return kind == null
                ? new ModelSource(origin, origin, null)
                : unpacked(origin, kind, unpackBelow, limits);
    }

    private static ModelSource unpacked(
            Path archive, ArchiveKind kind, Path below, ArchiveLimits limits) {
        ScratchFolder scratch = room(archive, below);
        try {
            Unpacking.unpack(archive, kind, scratch.path(), limits);
            return new ModelSource(archive, root(scratch.path()), scratch);
        } catch (RuntimeException | Error refused) {
            scratch.close();
            throw refused;
        }
    }

    private static ScratchFolder room(Path archive, Path below) {
        try {
            long room = Files.getFileStore(below).getUsableSpace();
            if (room < Files.size(archive)) {
                throw new UnreadableModel(
                        ("%s: needs %d bytes or more to unpack, wanted them in %s, which has"
                                        + " %d; choose another folder")
                                .formatted(archive, Files.size(archive), below, room));
            }
            return ScratchFolder.create(below, "lightcache4j-");
        } catch (IOException refused) {
            throw new UnreadableModel(
                    "%s: cannot be unpacked below %s (%s), wanted a folder to write to"
                            .formatted(archive, below, refused.getMessage()),
                    refused);
        }
    }

    // People pack the folder as often as what is in it: follow folders that hold one folder alone.
    private static Path root(Path folder) {
        Path root = folder;
        while (true) {
            List<Path> inside = visible(root);
            if (inside.size() != 1 || !Files.isDirectory(inside.getFirst())) {
                return root;
            }
            root = inside.getFirst();
        }
    }

    private static List<Path> visible(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(
                            p -> {
                                String name = p.getFileName().toString();
                                return !name.startsWith(".") && !name.equals("__MACOSX");
                            })
                    .toList();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /// What was opened.
    public Path origin() {
        return origin;
    }

    /// Where the model is on disk: a folder, or a single file.
    public Path path() {
        return path;
    }

    /// Whether it is a single file of tensors, without configuration.
    public boolean isFile() {
        return Files.isRegularFile(path);
    }

    /// The model.
    ///
    /// @throws UnreadableModel if it is a single file, or neither a pipeline nor a component
    /// @throws MalformedConfig if its JSON is not what it should be
    public ModelFolder folder() {
        return ModelFolder.open(path);
    }

    /// Removes what was unpacked.
    @Override
    public void close() {
        if (scratch != null) {
            scratch.close();
        }
    }
}
