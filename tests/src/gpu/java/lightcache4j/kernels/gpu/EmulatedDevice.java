package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// A device whose kernels run as plain Java, see [EmulatedGroup]: the whole way from an operation
/// to its kernels' parameters and back, without TornadoVM compiling anything.
class EmulatedDevice implements Device {
    private final ReentrantLock lock = new ReentrantLock();
    private final FloatArray floats;
    private final LongArray longs;
    private final Ranges memory;
    private final Ranges halves;
    private final TensorCores tensorCores;
    private final Tuning tuning;
    private final List<Kernel> launched = new ArrayList<>();

    /// @param floats elements of `memory`, tables not among them
    /// @param longs elements of the only array of `halves`
    EmulatedDevice(int floats, int longs, TensorCores tensorCores) {
        this(floats, longs, tensorCores, Tuning.none());
    }

    EmulatedDevice(int floats, int longs, TensorCores tensorCores, Tuning tuning) {
        this.floats = new FloatArray(TABLES + floats);
        this.floats.init(Float.NaN); // what nobody wrote must not be read
        this.longs = new LongArray(longs);
        this.longs.init(-1); // NaN in every type
        memory = new Ranges(TABLES, TABLES + floats);
        halves = new Ranges(0, longs);
        this.tensorCores = tensorCores;
        this.tuning = tuning;
        upload(MemorySegment.ofArray(Device.tables()), 0);
    }

    /// All kernels so far.
    List<Kernel> launched() {
        return launched;
    }

    /// Numbers of `memory` and `long`s that are taken now.
    long taken() {
        return memory.inUse() + halves.inUse();
    }

    @Override
    public ReentrantLock lock() {
        return lock;
    }

    @Override
    public Ranges memory() {
        return memory;
    }

    @Override
    public List<Ranges> halves() {
        return List.of(halves);
    }

    @Override
    public TensorCores tensorCores() {
        return tensorCores;
    }

    @Override
    public Tuning tuning() {
        return tuning;
    }

    @Override
    public void launch(
            Kernel kernel, int array, long groups, long rows, int[] ints, float... scalars) {
        launched.add(kernel);
        EmulatedGroup.run(
                kernel,
                Math.toIntExact(groups),
                Math.toIntExact(rows),
                floats,
                longs,
                ints,
                scalars);
    }

    @Override
    public void upload(MemorySegment from, long first) {
        MemorySegment.copy(
                from, 0, floats.getSegment(), first * Float.BYTES, from.byteSize() / 4 * 4);
    }

    @Override
    public void uploadHalves(MemorySegment from, int array, long first) {
        MemorySegment.copy(from, 0, longs.getSegment(), first * Long.BYTES, from.byteSize());
    }

    @Override
    public void download(long first, MemorySegment to) {
        MemorySegment.copy(floats.getSegment(), first * Float.BYTES, to, 0, to.byteSize());
    }
}
