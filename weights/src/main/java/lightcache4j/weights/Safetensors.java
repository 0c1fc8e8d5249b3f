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
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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
    private final Map<String, Entry> entries = new LinkedHashMap<>();
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
        HostStorage storage = new HostStorage(whole, Pool.DISK);
        this.bytes = whole.byteSize() - PREFIX - header;
        layOut(parsed.tensors(), PREFIX + header, storage);
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
                    "file ends after %d bytes, wanted 8 with the header's length; is the download complete?"
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
                    "header length is %d, wanted at most the %d bytes that follow; is the download complete?"
                            .formatted(length, whole.byteSize() - PREFIX));
        }
        return length;
    }

    /// Checks that the tensors fill the data without hole or overlap, and makes them.
    private void layOut(
            List<SafetensorsHeader.Declared> declared, long start, HostStorage storage) {
        List<SafetensorsHeader.Declared> inOrder = new ArrayList<>(declared);
        inOrder.sort(
                Comparator.comparing(SafetensorsHeader.Declared::begin, Long::compareUnsigned)
                        .thenComparing(SafetensorsHeader.Declared::end, Long::compareUnsigned)
                        .thenComparing(SafetensorsHeader.Declared::name));
        long covered = 0;
        for (SafetensorsHeader.Declared tensor : inOrder) {
            Entry entry = entry(tensor, covered, start);
            entries.put(entry.name(), entry);
            tensors.put(
                    entry.name(),
                    new Tensor(entry.dtype(), entry.shape(), storage, entry.offset()));
            covered = tensor.end();
        }
        if (covered != bytes) {
            throw new MalformedSafetensors(
                    file,
                    start + covered,
                    "%d bytes belong to no tensor, wanted the file to end here; is it damaged?"
                            .formatted(bytes - covered));
        }
    }

    private Entry entry(SafetensorsHeader.Declared tensor, long covered, long start) {
        String offsets =
                "[%s, %s]"
                        .formatted(
                                Long.toUnsignedString(tensor.begin()),
                                Long.toUnsignedString(tensor.end()));
        if (tensor.begin() != covered || Long.compareUnsigned(tensor.end(), tensor.begin()) < 0) {
            throw misplaced(tensor, start + covered, offsets, "them to start at " + covered);
        }
        if (Long.compareUnsigned(tensor.end(), bytes) > 0) {
            throw misplaced(
                    tensor,
                    start + covered,
                    offsets,
                    "them within the %d bytes of data".formatted(bytes));
        }
        Shape shape;
        long size;
        try {
            shape = shape(tensor, start);
            size = tensor.dtype().bytes(shape.size());
        } catch (ArithmeticException overflow) {
            throw misshapen(tensor, start + covered, "a number of whole bytes below 2^63");
        }
        if (size != tensor.end() - tensor.begin()) {
            throw misplaced(
                    tensor,
                    start + covered,
                    offsets,
                    "%d bytes for %s %s".formatted(size, tensor.dtype(), shape));
        }
        return new Entry(tensor.name(), tensor.dtype(), shape, start + tensor.begin(), size);
    }

    private Shape shape(SafetensorsHeader.Declared tensor, long start) {
        for (long dim : tensor.dims()) {
            if (dim < 0) {
                throw misshapen(tensor, start, "lengths below 2^63");
            }
        }
        return Shape.of(tensor.dims().stream().mapToLong(Long::longValue).toArray());
    }

    private MalformedSafetensors misplaced(
            SafetensorsHeader.Declared tensor, long at, String offsets, String wanted) {
        return new MalformedSafetensors(
                file,
                at,
                "%s has data_offsets %s, wanted %s; is the file complete?"
                        .formatted(Printable.of(tensor.name()), offsets, wanted));
    }

    private MalformedSafetensors misshapen(
            SafetensorsHeader.Declared tensor, long at, String wanted) {
        List<String> shape = tensor.dims().stream().map(Long::toUnsignedString).toList();
        return new MalformedSafetensors(
                file,
                at,
                "%s is %s %s, wanted %s; is the file damaged?"
                        .formatted(Printable.of(tensor.name()), tensor.dtype(), shape, wanted));
    }

    /// The file.
    public Path file() {
        return file;
    }

    /// What it holds, in the order of the bytes.
    public List<Entry> entries() {
        return List.copyOf(entries.values());
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
