package lightcache4j.kernels.gpu;

import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Heap;
import lightcache4j.tensors.Ops;

/// [GpuOps] over ranges of the device's memory.
final class GpuBackend implements Backend {
    private final Device device = Device.get();
    private final Residence residence = new Residence(device);
    private final DeviceHeap heap = new DeviceHeap(device, residence);
    private final Ops ops = new GpuOps(device, heap, residence);

    @Override
    public String name() {
        return "gpu";
    }

    @Override
    public String description() {
        return "gpu: " + Sdk.deviceName();
    }

    @Override
    public Ops ops() {
        return ops;
    }

    @Override
    public Heap heap() {
        return heap;
    }

    /// Gives its ranges back; the device and its compiled kernels are the process's.
    @Override
    public void close() {
        heap.close();
        device.lock().lock();
        try {
            residence.close();
        } finally {
            device.lock().unlock();
        }
    }
}
