package lightcache4j.kernels.gpu;

import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Pool;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Offers TornadoVM's device under the name `gpu`, to those who ask for it.
public final class GpuProvider implements Backend.Provider {
    @Override
    public String name() {
        return "gpu";
    }

    @Override
    public int preference() {
        return -1;
    }

    @Override
    public Optional<String> refusal() {
        return Sdk.refusal();
    }

    @Override
    public List<String> findings() {
        return refusal().isPresent() ? List.of() : Sdk.findings();
    }

    @Override
    public Pool pool() {
        return Pool.DEVICE;
    }

    @Override
    public OptionalLong room() {
        return OptionalLong.of(GraphDevice.room(DeviceMemory.ofThisProcess()));
    }

    /// @param threads at least 1; the device has its own, whatever is given
    @Override
    public Backend open(int threads) {
        return new GpuBackend(GraphDevice.get());
    }
}
