package lightcache4j.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.ShapeMismatch;
import lightcache4j.tensors.Tensor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes a safetensors file, whole or not at all. What it will hold is declared first; the bytes
/// follow in any order, in one piece or several, so that the tensors need not be in memory
/// together.
///
/// ```java
/// var plan = List.of(new SafetensorsWriter.Planned("frames", DType.F32, Shape.of(25, 64, 64, 3)));
/// try (SafetensorsWriter out = SafetensorsWriter.create(file, plan, Map.of())) {
///     decoder.decode(latents, frame -> out.append("frames", frame));
///     out.commit();
/// } // without the commit, nothing is left
/// ```
///
/// The layout is the official library's: by dtype from the widest to the narrowest, then by name,
/// so that every tensor is aligned to its elements, and the header padded with spaces to a multiple
/// of eight.
public final class SafetensorsWriter implements AutoCloseable {
    /// A tensor that will be written.
    public record Planned(String name, DType dtype, Shape shape) {
        /// Bytes that it will take.
        public long bytes() {
            return dtype.bytes(shape.size());
        }
    }

    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                    .build();
    private static final int ALIGNMENT = 8;
    private static final int PIECE = 1 << 24;

    /// From the first in the file to the last; the official library's order turned around.
    private static final List<DType> ORDER =
            List.of(
                    DType.U64,
                    DType.I64,
                    DType.F64,
                    DType.C64,
                    DType.F32,
                    DType.U32,
                    DType.I32,
                    DType.BF16,
                    DType.F16,
                    DType.U16,
                    DType.I16,
                    DType.F8_E5M2FNUZ,
                    DType.F8_E4M3FNUZ,
                    DType.F8_E8M0,
                    DType.F8_E4M3,
                    DType.F8_E5M2,
                    DType.I8,
                    DType.U8,
                    DType.F6_E3M2,
                    DType.F6_E2M3,
                    DType.F4,
                    DType.BOOL);

    /// Where a tensor's next byte goes, and where its bytes end.
    private static final class Span {
        private final long end;
        private long next;

        Span(long begin, long end) {
            this.next = begin;
            this.end = end;
        }
    }

    private final Path target;
    private final WholeFile file;
    private final Map<String, Span> spans = new HashMap<>();

    private SafetensorsWriter(Path target, WholeFile file) {
        this.target = target;
        this.file = file;
    }

    /// Begins a file that holds `planned`.
    ///
    /// @param metadata free text that goes with them
    /// @throws IllegalArgumentException if two have one name, or a name is not Unicode or is
    ///   `__metadata__`
    /// @throws UnwritableFile if the folder is missing or cannot be written
    public static SafetensorsWriter create(
            Path target, List<Planned> planned, Map<String, String> metadata) {
        metadata.forEach(
                (key, text) -> {
                    if (!Printable.isWellFormed(key + text)) {
                        throw new IllegalArgumentException(
                                "safetensors: metadata %s is no Unicode, wanted it to be"
                                        .formatted(Printable.of(key)));
                    }
                });
        List<Planned> ordered = ordered(planned);
        byte[] header = header(ordered, metadata);
        WholeFile file = WholeFile.create(target);
        SafetensorsWriter writer = new SafetensorsWriter(target, file);
        long offset = (long) Long.BYTES + header.length;
        for (Planned tensor : ordered) {
            writer.spans.put(tensor.name(), new Span(offset, offset + tensor.bytes()));
            offset += tensor.bytes();
        }
        ByteBuffer start =
                ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
        start.putLong(header.length).put(header).flip();
        try {
            writer.put(start, 0);
        } catch (RuntimeException refused) {
            writer.close();
            throw refused;
        }
        return writer;
    }

    /// Writes a file of tensors that are all in host memory.
    ///
    /// @throws UnwritableFile if the file cannot be written
    public static void write(
            Path target, Map<String, Tensor> tensors, Map<String, String> metadata) {
        List<Planned> planned = new ArrayList<>();
        tensors.forEach((name, t) -> planned.add(new Planned(name, t.dtype(), t.shape())));
        try (SafetensorsWriter writer = create(target, planned, metadata)) {
            tensors.forEach(writer::append);
            writer.commit();
        }
    }

    private static List<Planned> ordered(List<Planned> planned) {
        Map<String, Planned> names = new HashMap<>();
        for (Planned tensor : planned) {
            String name = tensor.name();
            if (name.equals("__metadata__") || !Printable.isWellFormed(name)) {
                throw new IllegalArgumentException(
                        "safetensors: a tensor is named %s, wanted another name"
                                .formatted(Printable.of(name)));
            }
            if (names.put(name, tensor) != null) {
                throw new IllegalArgumentException(
                        "safetensors: two tensors are named %s, wanted one"
                                .formatted(Printable.of(name)));
            }
        }
        List<Planned> ordered = new ArrayList<>(planned);
        ordered.sort(
                Comparator.<Planned>comparingInt(t -> ORDER.indexOf(t.dtype()))
                        .thenComparing(Planned::name, SafetensorsWriter::byCodePoint));
        return ordered;
    }

    // The order of UTF-8 bytes, which differs from that of UTF-16 beyond the basic plane.
    private static int byCodePoint(String a, String b) {
        return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
    }

    private static byte[] header(List<Planned> ordered, Map<String, String> metadata) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart("__metadata__");
                for (Map.Entry<String, String> text : new TreeMap<>(metadata).entrySet()) {
                    json.writeStringField(text.getKey(), text.getValue());
                }
                json.writeEndObject();
            }
            long offset = 0;
            for (Planned tensor : ordered) {
                long end = offset + tensor.bytes();
                json.writeObjectFieldStart(tensor.name());
                json.writeStringField("dtype", tensor.dtype().name());
                json.writeFieldName("shape");
                json.writeArray(tensor.shape().dims(), 0, tensor.shape().rank());
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {offset, end}, 0, 2);
                json.writeEndObject();
                offset = end;
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("safetensors: header in memory", impossible);
        }
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }

    /// The next bytes of tensor `name`: all of them, or a piece such as a frame.
    ///
    /// @param piece in host memory, of the dtype planned
    /// @throws ShapeMismatch if `name` was not planned or has no room for as many bytes
    /// @throws UnwritableFile if the system refuses, as when the disk is full
    public void append(String name, Tensor piece) {
        append(name, piece.segment());
    }

    /// The next bytes of tensor `name`.
    ///
    /// @throws ShapeMismatch if `name` was not planned or has no room for as many bytes
    /// @throws UnwritableFile if the system refuses, as when the disk is full
    public void append(String name, MemorySegment bytes) {
        Span span = spans.get(name);
        long room = span == null ? 0 : span.end - span.next;
        if (span == null || bytes.byteSize() > room) {
            throw new ShapeMismatch(
                    "safetensors",
                    "%s has room for %d more bytes, not for %d"
                            .formatted(Printable.of(name), room, bytes.byteSize()));
        }
        for (long at = 0; at < bytes.byteSize(); at += PIECE) {
            MemorySegment piece = bytes.asSlice(at, Math.min(PIECE, bytes.byteSize() - at));
            put(piece.asByteBuffer(), span.next);
            span.next += piece.byteSize();
        }
    }

    private void put(ByteBuffer bytes, long position) {
        FileChannel channel = file.channel();
        long at = position;
        try {
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException refused) {
            throw WholeFile.failure(target, refused);
        }
    }

    /// Completes the file and gives it its name.
    ///
    /// @throws IllegalStateException if bytes of a tensor are missing
    /// @throws UnwritableFile if the system refuses
    public void commit() {
        spans.forEach(
                (name, span) -> {
                    if (span.next != span.end) {
                        throw new IllegalStateException(
                                "safetensors: %s lacks %d bytes, wanted all before the commit"
                                        .formatted(Printable.of(name), span.end - span.next));
                    }
                });
        file.commit();
    }

    /// Removes what was written, unless it was committed.
    @Override
    public void close() {
        file.close();
    }
}
