package lightcache4j.kernels.gpu;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// What operations need of a device: its arrays, kernels that work on them, and copies. `memory` is
/// float32, `halves` are one or more arrays of `long` with numbers of 16 or 8 bits.
interface Device {
    /// Where in `memory` the float32 values of all patterns of F16 are.
    int F16_TABLE = 0;

    /// Where in `memory` those of BF16 are, behind them.
    int BF16_TABLE = 1 << 16;

    /// Both tables together, at the start of `memory`.
    int TABLES = 1 << 17;

    /// The most axes that [Kernel#PERMUTE] takes.
    int LONGEST_SHAPE = 16;

    /// What `memory` begins with.
    static float[] tables() {
        float[] values = new float[TABLES];
        for (int bits = 0; bits < BF16_TABLE; bits++) {
            values[F16_TABLE + bits] = Float.float16ToFloat((short) bits);
            values[BF16_TABLE + bits] = Float.intBitsToFloat(bits << 16);
        }
        return values;
    }

    /// Whoever holds it is the only one to compute, to move and to take ranges.
    ReentrantLock lock();

    /// Which parts of `memory` are taken, in float32.
    Ranges memory();

    /// Which parts of each array of `halves` are taken, in longs.
    List<Ranges> halves();

    /// Whether and how products go to tensor cores.
    TensorCores tensorCores();

    /// Which of several ways an operation is computed by.
    Tuning tuning();

    /// Runs a kernel by `groups · rows` work groups.
    ///
    /// @param array of `halves`, that it reads weights of
    void launch(Kernel kernel, int array, long groups, long rows, int[] ints, float... floats);

    /// Copies whole float32 numbers into `memory`, from element `first` on.
    void upload(MemorySegment from, long first);

    /// Copies bytes into an array of `halves`, from long `first` on.
    void uploadHalves(MemorySegment from, int array, long first);

    /// Copies whole float32 numbers out of `memory`, from element `first` on.
    void download(long first, MemorySegment to);
}
