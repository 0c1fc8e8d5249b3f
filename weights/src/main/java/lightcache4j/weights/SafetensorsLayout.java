package lightcache4j.weights;

import lightcache4j.tensors.Shape;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Checks that the tensors of a header fill the bytes that follow it, in order, without hole and
/// without overlap, and that each has as many bytes as its dtype and shape say.
///
/// @param start where the data begins in the file
/// @param bytes how long it is
record SafetensorsLayout(Path file, long start, long bytes) {
    private static final Comparator<SafetensorsHeader.Declared> BY_OFFSETS =
            Comparator.comparing(SafetensorsHeader.Declared::begin, Long::compareUnsigned)
                    .thenComparing(SafetensorsHeader.Declared::end, Long::compareUnsigned)
                    .thenComparing(SafetensorsHeader.Declared::name);

    /// The tensors in the order of their bytes.
    ///
    /// @throws MalformedSafetensors if they do not fit the data
    List<Safetensors.Entry> of(List<SafetensorsHeader.Declared> declared) {
        List<Safetensors.Entry> entries = new ArrayList<>();
        long covered = 0;
        for (SafetensorsHeader.Declared tensor : declared.stream().sorted(BY_OFFSETS).toList()) {
            entries.add(entry(tensor, covered));
            covered = tensor.end();
        }
        if (covered != bytes) {
            throw new MalformedSafetensors(
                    file,
                    start + covered,
                    "%d bytes belong to no tensor, wanted the file to end here; is it damaged?"
                            .formatted(bytes - covered));
        }
        return entries;
    }

    private Safetensors.Entry entry(SafetensorsHeader.Declared tensor, long covered) {
        if (tensor.begin() != covered) {
            throw misplaced(tensor, covered, "them to begin at %d, without hole or overlap");
        }
        if (Long.compareUnsigned(tensor.end(), tensor.begin()) < 0) {
            throw misplaced(tensor, covered, "them to end at %d or later");
        }
        if (Long.compareUnsigned(tensor.end(), bytes) > 0) {
            throw misplaced(tensor, bytes, "them to end at %d, where the file does, or before");
        }
        Shape shape = shape(tensor);
        long size = size(tensor, shape);
        if (size != tensor.end() - tensor.begin()) {
            String type = tensor.dtype() + " " + shape;
            throw misplaced(tensor, size, "%d bytes, which is what " + type + " takes");
        }
        return new Safetensors.Entry(
                tensor.name(), tensor.dtype(), shape, start + tensor.begin(), size);
    }

    private Shape shape(SafetensorsHeader.Declared tensor) {
        long[] dims = tensor.dims().stream().mapToLong(Long::longValue).toArray();
        for (long dim : dims) {
            if (dim < 0) {
                throw misshapen(tensor, "lengths below 2^63");
            }
        }
        try {
            return Shape.of(dims);
        } catch (ArithmeticException overflow) {
            throw misshapen(tensor, "fewer than 2^63 elements");
        }
    }

    private long size(SafetensorsHeader.Declared tensor, Shape shape) {
        try {
            return tensor.dtype().bytes(shape.size());
        } catch (ArithmeticException overflowOrFraction) {
            throw misshapen(tensor, "whole bytes, and fewer than 2^60");
        }
    }

    private MalformedSafetensors misplaced(
            SafetensorsHeader.Declared tensor, long limit, String wanted) {
        return malformed(
                tensor,
                "has data_offsets [%s, %s], wanted %s; is the download complete?"
                        .formatted(
                                Long.toUnsignedString(tensor.begin()),
                                Long.toUnsignedString(tensor.end()),
                                wanted.formatted(limit)));
    }

    private MalformedSafetensors misshapen(SafetensorsHeader.Declared tensor, String wanted) {
        List<String> shape = tensor.dims().stream().map(Long::toUnsignedString).toList();
        return malformed(
                tensor,
                "is %s [%s], wanted %s; is the file damaged?"
                        .formatted(tensor.dtype(), Printable.of(String.join(", ", shape)), wanted));
    }

    private MalformedSafetensors malformed(SafetensorsHeader.Declared tensor, String reason) {
        boolean inside = Long.compareUnsigned(tensor.begin(), bytes) <= 0;
        long at = inside ? start + tensor.begin() : start + bytes;
        return new MalformedSafetensors(file, at, Printable.of(tensor.name()) + " " + reason);
    }
}
