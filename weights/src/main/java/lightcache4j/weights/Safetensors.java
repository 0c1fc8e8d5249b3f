package lightcache4j.weights;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A safetensors file, mapped read-only: opening one of any size reads its header and nothing more,
/// and the system loads the pages that are used.
///
/// The file is eight bytes with the length of the header, little-endian; the header, a JSON object
/// from names to dtype, shape and offsets; and the tensors' bytes, without a hole and without an
/// overlap. What is accepted is what the official library (safetensors 0.8) accepts, with one
/// exception: tensors without elements whose lengths multiply to 2⁶³ or more on the way to 0, or
/// have a length that large, are refused, for no tensor can have that shape here (nor in NumPy or
/// PyTorch).
///
/// Tensors are views of the mapping in the file's dtype and may start at any byte. They die with
/// the file: reading one after [#close] throws an `IllegalStateException`. A file must not be cut
/// short while it is mapped.
public final class Safetensors implements AutoCloseable {
    /// One tensor of a file.
    ///
    /// @param offset where its bytes start, from the start of the file
    /// @param bytes how many there are
    public record Entry(String name, DType dtype, Shape shape, long offset, long bytes) {}

    /// The longest header that the official library reads, in bytes.
    public static final long LONGEST_HEADER = 100_000_000;

    private static final int PREFIX = 8;
    private static final ValueLayout.OfLong LENGTH =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final Arena arena;
    private final boolean ownsArena;
    private final @Nullable MemoryLedger ledger;
    private final List<Entry> entries;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata;
    private final long bytes;
    private boolean closed;

    private Safetensors(
            Path file,
            FileChannel channel,
            Arena arena,
            boolean owns,
            @Nullable MemoryLedger ledger)
            throws IOException {
        this.file = file;
        this.arena = arena;
        this.ownsArena = owns;
        this.ledger = ledger;
        MemorySegment whole = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
        long header = headerLength(whole);
        byte[] json = whole.asSlice(PREFIX, header).toArray(ValueLayout.JAVA_BYTE);
        SafetensorsHeader parsed = SafetensorsHeader.read(file, json);
        this.metadata = Collections.unmodifiableMap(parsed.metadata());
        this.bytes = whole.byteSize() - PREFIX - header;
        SafetensorsLayout layout = new SafetensorsLayout(file, PREFIX + header, bytes);
        this.entries = List.copyOf(layout.of(parsed.tensors()));
        HostStorage storage = new HostStorage(whole, Pool.DISK);
        for (Entry e : entries) {
            tensors.put(e.name(), new Tensor(e.dtype(), e.shape(), storage, e.offset()));
        }
        if (ledger != null) {
            ledger.allocated(Pool.DISK, bytes);
        }
    }

    /// Opens a file whose bytes no ledger counts.
    ///
    /// @throws MalformedSafetensors if it is not a safetensors file
    /// @throws UnreadableModel if it is missing or cannot be read
    public static Safetensors open(Path file) {
        return open(file, null);
    }

    /// Opens a file; its tensors count in `ledger` as mapped until it is closed.
    ///
    /// @throws MalformedSafetensors if it is not a safetensors file
    /// @throws UnreadableModel if it is missing or cannot be read
    public static Safetensors open(Path file, @Nullable MemoryLedger ledger) {
        Arena arena = Arena.ofShared();
        try {
            return open(file, arena, true, ledger);
        } catch (RuntimeException | Error refused) {
            arena.close();
            throw refused;
        }
    }

    /// Opens a file in an arena that it shares with the other files of a checkpoint, which closes
    /// it.
    static Safetensors open(Path file, Arena arena, @Nullable MemoryLedger ledger) {
        return open(file, arena, false, ledger);
    }

    private static Safetensors open(
            Path file, Arena arena, boolean owns, @Nullable MemoryLedger ledger) {
        if (!Files.isRegularFile(file)) {
            throw new UnreadableModel(
                    "%s: %s, wanted a safetensors file; is the path right?"
                            .formatted(file, Files.exists(file) ? "is no file" : "is missing"));
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new Safetensors(file, channel, arena, owns, ledger);
        } catch (IOException refused) {
            throw new UnreadableModel(
                    "%s: cannot be mapped (%s), wanted a file that may be read"
                            .formatted(file, refused.getMessage()),
                    refused);
        }
    }

    private long headerLength(MemorySegment whole) {
        if (whole.byteSize() < PREFIX) {
            throw new MalformedSafetensors(
                    file,
                    0,
                    ("file ends after %d bytes, wanted 8 with the header's length; is the download"
                                    + " complete?")
                            .formatted(whole.byteSize()));
        }
        long length = whole.get(LENGTH, 0);
        if (length < 0 || length > LONGEST_HEADER) {
            throw new MalformedSafetensors(
                    file,
                    0,
                    "header length is %s, wanted at most %d; is this a safetensors file?"
                            .formatted(Long.toUnsignedString(length), LONGEST_HEADER));
        }
        if (length > whole.byteSize() - PREFIX) {
            throw new MalformedSafetensors(
                    file,
                    0,
                    ("header length is %d, wanted at most the %d bytes that follow; is the download"
                                    + " complete?")
                            .formatted(length, whole.byteSize() - PREFIX));
        }
        return length;
    }

    /// The file.
    public Path file() {
        return file;
    }

    /// What it holds, in the order of the bytes.
    public List<Entry> entries() {
        return entries;
    }

    /// Free text that came with the tensors; empty if there is none.
    public Map<String, String> metadata() {
        return metadata;
    }

    /// Bytes that its tensors take.
    public long byteSize() {
        return bytes;
    }

    /// The tensor of that name, a view of the mapped file.
    ///
    /// @throws UnreadableModel if there is none
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new UnreadableModel(
                    "%s: has no tensor %s, wanted one of its %d"
                            .formatted(file, Printable.of(name), tensors.size()));
        }
        return tensor;
    }

    /// Every tensor by its name, in the order of the bytes.
    public Map<String, Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /// Unmaps the file.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (ownsArena) {
            arena.close();
        }
        if (ledger != null) {
            ledger.freed(Pool.DISK, bytes);
        }
    }
}
