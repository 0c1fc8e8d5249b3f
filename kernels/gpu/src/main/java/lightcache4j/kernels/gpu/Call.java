package lightcache4j.kernels.gpu;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.OutOfHeap;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;

/// One operation under way: where its tensors are on the device, and what to free behind it.
///
/// Models keep activations on the device. Should one be in host memory, it comes up for this call,
/// and a result goes back down at its end.
final class Call implements AutoCloseable {
    private final Device device;
    private final DeviceHeap heap;
    private final Residence residence;
    private final List<DeviceStorage> passing = new ArrayList<>();
    private @Nullable Tensor result;
    private int resultStart;
    private boolean launched;

    /// Of `halves`, where this call's weights are; none yet.
    private int array = Residence.ANY;

    Call(Device device, DeviceHeap heap, Residence residence) {
        this.device = device;
        this.heap = heap;
        this.residence = residence;
        device.lock().lock();
        residence.begin();
    }

    /// A number as kernels take it.
    static int number(long value) {
        return Math.toIntExact(value);
    }

    static int[] ints(int... values) {
        return values;
    }

    /// First element of an activation that is read.
    int in(Tensor tensor) {
        if (tensor.storage() instanceof DeviceStorage storage) {
            return storage.start() + Math.toIntExact(tensor.offset() / Float.BYTES);
        }
        int start = room(tensor.size());
        if (tensor.size() > 0) {
            device.upload(tensor.segment(), start);
        }
        return start;
    }

    /// First element of an activation that is read, −1 if there is none.
    int inOrNone(@Nullable Tensor tensor) {
        return tensor == null ? -1 : in(tensor);
    }

    /// First element of the result.
    int out(Tensor tensor) {
        if (tensor.storage() instanceof DeviceStorage) {
            return in(tensor);
        }
        result = tensor;
        resultStart = room(tensor.size());
        return resultStart;
    }

    /// First of `floats` elements that are gone after this call.
    int room(long floats) {
        DeviceStorage storage = heap.allocate(floats * Float.BYTES);
        passing.add(storage);
        return storage.start();
    }

    /// As [#room]; −1 if there are not as many.
    int roomOrNone(long floats) {
        try {
            return room(floats);
        } catch (OutOfHeap e) {
            return -1;
        }
    }

    /// First of `longs` elements of `halves` that are gone after this call, in the array that the
    /// weights are in; −1 if there are not as many.
    int roomOfLongs(long longs) {
        int chosen = Math.max(0, array);
        OptionalInt start = residence.roomForCall(chosen, longs);
        if (start.isEmpty()) {
            return -1;
        }
        array = chosen;
        return start.getAsInt();
    }

    /// Whether and how products go to tensor cores.
    TensorCores tensorCores() {
        return device.tensorCores();
    }

    /// Which of several ways this operation is computed by.
    Tuning tuning() {
        return device.tuning();
    }

    /// Runs a part of this call of which nothing is left but what it wrote: its rooms are given
    /// back at once.
    boolean apart(BooleanSupplier body) {
        int rooms = passing.size();
        int longs = residence.passing();
        int before = array;
        try {
            return body.getAsBoolean();
        } finally {
            List<DeviceStorage> own = passing.subList(rooms, passing.size());
            own.forEach(heap::release);
            own.clear();
            residence.end(longs);
            array = before;
        }
    }

    /// Where a weight is.
    Residence.Placed weight(@Nullable Tensor weight) {
        return weight(weight, 1);
    }

    /// Where the weight of a convolution is, see [Residence#place].
    Residence.Placed weight(@Nullable Tensor weight, long taps) {
        if (weight == null || weight.size() == 0) {
            return Residence.Placed.ABSENT;
        }
        if (weight.storage() instanceof HostStorage) {
            Residence.Placed placed = residence.place(weight, taps, array);
            array = Math.max(array, placed.array());
            return placed;
        }
        if (weight.dtype() != DType.F32 || taps != 1) {
            throw new IllegalArgumentException(
                    "gpu: weight " + weight + " is in device memory, wanted it in host memory");
        }
        return Residence.Placed.wide(in(weight));
    }

    /// Runs a kernel with one work item for each of `count` elements, which is its first parameter.
    void each(Kernel kernel, long count, int[] rest, float... floats) {
        int[] ints = new int[rest.length + 1];
        ints[0] = Math.toIntExact(count);
        System.arraycopy(rest, 0, ints, 1, rest.length);
        groups(kernel, (count + kernel.items() - 1) / kernel.items(), 1, ints, floats);
    }

    /// Runs a kernel by `groups · rows` work groups; by none, nothing happens.
    void groups(Kernel kernel, long groups, long rows, int[] ints, float... floats) {
        if (array != Residence.ANY && !kernel.readsWeights()) {
            throw new IllegalStateException(
                    "gpu: %s is launched beside weights, wanted it among those that read them"
                            .formatted(kernel));
        }
        launched = true;
        if (groups > 0 && rows > 0) {
            device.launch(kernel, Math.max(0, array), groups, rows, ints, floats);
        }
    }

    /// Brings elements of `memory` up.
    void upload(MemorySegment from, int start) {
        device.upload(from, start);
    }

    /// Brings elements of `memory` down.
    void download(int start, MemorySegment to) {
        device.download(start, to);
    }

    @Override
    public void close() {
        try {
            if (result != null && launched && result.size() > 0) {
                device.download(resultStart, result.segment());
            }
            passing.forEach(heap::release);
            residence.end(0);
        } finally {
            device.lock().unlock();
        }
    }
}
