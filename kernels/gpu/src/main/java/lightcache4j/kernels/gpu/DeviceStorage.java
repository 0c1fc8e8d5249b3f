package lightcache4j.kernels.gpu;

import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Storage;

/// A range of the device's `memory`.
final class DeviceStorage implements Storage {
    private final int start;
    private final long byteSize;
    private volatile boolean released;

    /// @param start the first element, in float32
    DeviceStorage(int start, long byteSize) {
        this.start = start;
        this.byteSize = byteSize;
    }

    /// Its first element in `memory`.
    ///
    /// @throws IllegalStateException if the workspace that owned it is closed
    int start() {
        if (released) {
            throw new IllegalStateException(
                    "tensor: used after its workspace closed; adopt it into an outer one first");
        }
        return start;
    }

    /// From now on, [#start] refuses.
    int release() {
        int first = start();
        released = true;
        return first;
    }

    @Override
    public long byteSize() {
        return byteSize;
    }

    @Override
    public Pool pool() {
        return Pool.DEVICE;
    }
}
