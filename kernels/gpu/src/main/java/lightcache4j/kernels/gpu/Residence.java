package lightcache4j.kernels.gpu;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.OutOfHeap;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.UnfetchedWeights;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Where weights are on the device. A weight of a checkpoint comes up when it is first read and
/// stays; where there is no room, the one that was read longest ago makes some. What lies in host
/// memory may change, so it comes up for each call anew.
///
/// A kernel sees one array of narrower weights, so the weights of one operation are brought into
/// one.
///
/// Used under the device's lock.
final class Residence {
    /// How many neighbouring taps of a convolution are brought behind its channels; 1 for all else.
    private record Key(HostStorage storage, long offset, long bytes, long taps) {
        /// Whether the file is still mapped.
        boolean open() {
            return storage.segment().scope().isAlive();
        }
    }

    /// A weight on the device, as kernels name it.
    ///
    /// @param table what it is, see [WeightKernels]
    /// @param array of `halves`, or [#ANY] where it is in `memory` or absent
    /// @param start its first element of `memory`, or `long` of the array
    record Placed(int table, int array, int start) {
        static final Placed ABSENT = new Placed(WeightKernels.ABSENT, ANY, 0);

        /// Whether a kernel that sees this array of `halves` can read it.
        boolean isIn(int seen) {
            return array == ANY || seen == ANY || array == seen;
        }

        static Placed wide(int start) {
            return new Placed(WeightKernels.WIDE, ANY, start);
        }
    }

    /// No array of `halves` in particular.
    static final int ANY = -1;

    private static final class Resident {
        private Placed placed;
        private long lastCall;

        private Resident(Placed placed) {
            this.placed = placed;
        }
    }

    private final Device device;

    /// From the one read longest ago to the latest.
    private final Map<Key, Resident> residents = new LinkedHashMap<>(16, 0.75f, true);

    /// What came up for the current call alone.
    private final List<Placed> passing = new ArrayList<>();

    private final UnfetchedWeights<Key> unfetched = new UnfetchedWeights<>(Pool.DEVICE);
    private long call;

    /// Of `halves`, where the last weight went: the next is likely to be used with it.
    private int latest;

    Residence(Device device) {
        this.device = device;
    }

    /// A new operation begins: weights that it asks for stay at least until the next.
    void begin() {
        call++;
    }

    /// The weight on the device, brought up if it is not there.
    ///
    /// @param weight in host memory or a mapped file
    /// @param taps of a convolution `[O, I, taps…]`, which arrives as `[O, taps…, I]`; else 1
    /// @param array of `halves` that it has to be in, if it is narrow; [#ANY] for whichever
    /// @throws OutOfHeap if there is no room
    Placed place(Tensor weight, long taps, int array) {
        HostStorage storage = (HostStorage) weight.storage();
        if (storage.pool() != Pool.DISK) {
            Placed once = upload(weight, taps, array);
            passing.add(once);
            return once;
        }
        Key key = new Key(storage, weight.offset(), weight.byteSize(), taps);
        Resident resident = residents.get(key);
        if (resident == null) {
            forgetClosed();
            resident = new Resident(upload(weight, taps, array));
            residents.put(key, resident);
            unfetched.came(key, key.bytes());
        } else if (!resident.placed.isIn(array)) {
            Placed there = upload(weight, taps, array);
            give(resident.placed);
            resident.placed = there;
        }
        resident.lastCall = call;
        return resident.placed;
    }

    /// The first of `longs` elements of an array of `halves`, free until the call ends; empty if no
    /// weight that is not of this call could make room.
    OptionalInt roomForCall(int array, long longs) {
        Optional<Room> room = take(longs, List.of(device.halves().get(array)));
        room.ifPresent(taken -> passing.add(new Placed(WeightKernels.BYTES, array, taken.start())));
        return room.stream().mapToInt(Room::start).findFirst();
    }

    /// Brings a weight up for somebody who counts it until [#drop].
    void fetch(Tensor weight) {
        Key key = key(weight);
        unfetched.fetched(key);
        place(weight, key.taps(), ANY);
    }

    private static Key key(Tensor weight) {
        HostStorage storage = (HostStorage) weight.storage();
        return new Key(
                storage, weight.offset(), weight.byteSize(), ConvolutionWeights.taps(weight));
    }

    /// Has a ledger count what is here and was not fetched, in place of the one before; null for
    /// none.
    void countIn(@Nullable MemoryLedger next) {
        forgetClosed();
        unfetched.countIn(next);
    }

    /// Gives up weights whose file is closed: nobody can ask for them again.
    private void forgetClosed() {
        residents
                .entrySet()
                .removeIf(
                        entry -> {
                            boolean closed = !entry.getKey().open();
                            if (closed) {
                                left(entry.getKey(), entry.getValue());
                            }
                            return closed;
                        });
        unfetched.givenUp(key -> !key.open());
    }

    private void left(Key key, Resident resident) {
        unfetched.left(key);
        give(resident.placed);
    }

    /// Takes a weight away, if it is there.
    void drop(Tensor weight) {
        if (weight.storage() instanceof HostStorage) {
            Key key = key(weight);
            Resident resident = residents.remove(key);
            if (resident != null) {
                left(key, resident);
            }
            unfetched.givenUp(key);
        }
    }

    /// How many things are here for this call alone.
    int passing() {
        return passing.size();
    }

    /// Frees what is here for this call alone, but for the first so many of these things.
    void end(int first) {
        List<Placed> own = passing.subList(first, passing.size());
        own.forEach(this::give);
        own.clear();
    }

    private Placed upload(Tensor weight, long taps, int array) {
        boolean wide = weight.dtype() == DType.F32;
        Placed placed = wide ? roomOfFloats(weight) : roomOfLongs(weight, array);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes =
                    taps == 1
                            ? weight.segment()
                            : ConvolutionWeights.channelsLast(arena, weight, taps);
            if (wide) {
                device.upload(bytes, placed.start());
            } else {
                device.uploadHalves(bytes, placed.array(), placed.start());
            }
        }
        return placed;
    }

    private Placed roomOfFloats(Tensor weight) {
        return Placed.wide(take(weight, Float.BYTES, List.of(device.memory())).start());
    }

    /// In `array`, or wherever there is some, beside the latest first.
    private Placed roomOfLongs(Tensor weight, int array) {
        List<Ranges> among = new ArrayList<>(device.halves());
        if (array == ANY) {
            Collections.swap(among, 0, latest);
        } else {
            among.retainAll(List.of(device.halves().get(array)));
        }
        Room room = take(weight, Long.BYTES, among);
        latest = device.halves().indexOf(room.ranges());
        return new Placed(table(weight.dtype()), latest, room.start());
    }

    /// A range that was taken for a weight.
    private record Room(Ranges ranges, int start) {}

    /// Takes a range for a weight, of the first of some arrays that has room.
    ///
    /// @param unit bytes of an element
    private Room take(Tensor weight, long unit, List<Ranges> among) {
        return take(Math.ceilDiv(weight.byteSize(), unit), among)
                .orElseThrow(
                        () -> {
                            long inUse = among.stream().mapToLong(Ranges::inUse).sum() * unit;
                            OutOfMemoryError cause = new OutOfMemoryError("device");
                            return new OutOfHeap(Pool.DEVICE, weight.byteSize(), inUse, cause);
                        });
    }

    /// Takes a range of the first of some arrays that has room; weights there make some. Empty if
    /// there are none left to do so.
    private Optional<Room> take(long length, List<Ranges> among) {
        do {
            for (Ranges ranges : among) {
                OptionalLong start = ranges.take(length);
                if (start.isPresent()) {
                    return Optional.of(new Room(ranges, Math.toIntExact(start.getAsLong())));
                }
            }
        } while (evict(among));
        return Optional.empty();
    }

    private static int table(DType dtype) {
        return switch (dtype) {
            case F32 -> WeightKernels.WIDE;
            case F16 -> Device.F16_TABLE;
            case BF16 -> Device.BF16_TABLE;
            case I8 -> WeightKernels.BYTES;
            default ->
                    throw new IllegalArgumentException(
                            "gpu: a weight is " + dtype + ", wanted F32, F16, BF16 or I8");
        };
    }

    /// Makes room in one of some arrays by the weight there that was read longest ago.
    ///
    /// @return whether there was one to spare
    boolean evict(List<Ranges> among) {
        for (Map.Entry<Key, Resident> entry : residents.entrySet()) {
            Resident resident = entry.getValue();
            if (resident.lastCall != call && among.contains(rangesOf(resident.placed))) {
                residents.remove(entry.getKey());
                left(entry.getKey(), resident);
                return true;
            }
        }
        return false;
    }

    private Ranges rangesOf(Placed placed) {
        return placed.array() == ANY ? device.memory() : device.halves().get(placed.array());
    }

    private void give(Placed placed) {
        rangesOf(placed).give(placed.start());
    }

    /// Frees all.
    void close() {
        residents.forEach(this::left);
        residents.clear();
    }
}
