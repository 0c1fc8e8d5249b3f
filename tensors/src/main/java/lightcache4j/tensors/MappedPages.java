package lightcache4j.tensors;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Weights of a backend that reads them where they are mapped: fetching brings their pages into
/// memory, evicting takes the pages out of the process. Nothing is copied.
///
/// On Linux an evicted page is gone from the process at once (`MADV_DONTNEED`) and stays in the
/// system's page cache for as long as there is room. Other systems may take evicting as no more
/// than advice.
///
/// A page at the edge belongs to two tensors. If it goes with one while the other is in use, the
/// next access brings it back from the page cache.
final class MappedPages implements Residency {
    static final Residency RESIDENCY = new MappedPages();

    /// Bytes that are asked for at a time. Linux reads ahead no more than this of what it is told
    /// will be needed, and faults the rest in piece by small piece: of a gigabyte on a cold disk, a
    /// fifth as fast where it was asked for at once.
    private static final long PIECE = 1 << 20;

    /// Bytes `from` to `to` of a mapped file.
    private record Range(MemorySegment file, long from, long to) {}

    private MappedPages() {}

    @Override
    public Pool pool() {
        return Pool.RESIDENT;
    }

    @Override
    public void fetch(List<Tensor> weights, BooleanSupplier wanted) {
        for (Range range : ranges(weights)) {
            for (long at = range.from(); at < range.to(); at += PIECE) {
                if (!wanted.getAsBoolean()) {
                    return;
                }
                range.file().asSlice(at, Math.min(PIECE, range.to() - at)).load();
            }
        }
    }

    @Override
    public void evict(List<Tensor> weights) {
        for (Range range : ranges(weights)) {
            range.file().asSlice(range.from(), range.to() - range.from()).unload();
        }
    }

    /// Where the weights are, neighbours as one, in the order of the files; those that are not
    /// mapped are left out.
    private static List<Range> ranges(List<Tensor> weights) {
        IdentityHashMap<HostStorage, List<Tensor>> byFile = new IdentityHashMap<>();
        for (Tensor t : weights) {
            if (t.storage() instanceof HostStorage file && file.segment().isMapped()) {
                byFile.computeIfAbsent(file, _ -> new ArrayList<>()).add(t);
            }
        }
        List<Range> ranges = new ArrayList<>();
        byFile.forEach((file, tensors) -> join(file.segment(), tensors, ranges));
        return ranges;
    }

    private static void join(MemorySegment file, List<Tensor> tensors, List<Range> ranges) {
        tensors.sort(Comparator.comparingLong(Tensor::offset));
        long from = 0;
        long to = 0;
        for (Tensor t : tensors) {
            if (t.offset() > to) {
                add(file, from, to, ranges);
                from = t.offset();
            }
            to = Math.max(to, t.offset() + t.byteSize());
        }
        add(file, from, to, ranges);
    }

    private static void add(MemorySegment file, long from, long to, List<Range> ranges) {
        if (to > from) {
            ranges.add(new Range(file, from, to));
        }
    }
}
