package lightcache4j.kernels.gpu;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Residency;
import lightcache4j.tensors.Tensor;

import java.util.List;
import java.util.function.BooleanSupplier;

/// Weights by block: they come up before they are read, and leave behind it.
///
/// Each comes up under the device's lock, between two operations of whoever computes. Without a
/// second stream nothing is hidden behind computation; what is gained is room.
///
/// @param residence shared with the operations, which bring up by themselves what was not fetched
record DeviceResidency(Device device, Residence residence) implements Residency {

    @Override
    public Pool pool() {
        return Pool.DEVICE;
    }

    @Override
    public void fetch(List<Tensor> weights, BooleanSupplier wanted) {
        for (Tensor weight : weights) {
            if (!wanted.getAsBoolean()) {
                return;
            }
            if (isRead(weight) && weight.storage() instanceof HostStorage) {
                underLock(() -> residence.fetch(weight));
            }
        }
    }

    /// Whether an operation may ask for it: a checkpoint may hold numbers of other types beside
    /// weights, such as `weight_format` of bitsandbytes.
    private static boolean isRead(Tensor weight) {
        boolean known = weight.dtype().isFloating() || weight.dtype() == DType.I8;
        return known && weight.size() > 0;
    }

    @Override
    public void evict(List<Tensor> weights) {
        underLock(() -> weights.forEach(residence::drop));
    }

    @Override
    public Count count(MemoryLedger ledger) {
        underLock(() -> residence.countIn(ledger));
        return () -> underLock(() -> residence.countIn(null));
    }

    private void underLock(Runnable body) {
        device.lock().lock();
        try {
            body.run();
        } finally {
            device.lock().unlock();
        }
    }
}
