package lightcache4j.kernels.gpu;

import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Heap;
import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Residency;

/// [GpuOps] over ranges of the device's memory.
final class GpuBackend implements Backend {
    private final Device device;
    private final Residence residence;
    private final DeviceHeap heap;
    private final Ops ops;
    private final Residency residency;

    GpuBackend(Device device) {
        this.device = device;
        residence = new Residence(device);
        heap = new DeviceHeap(device, residence);
        ops = new GpuOps(device, heap, residence);
        residency = new DeviceResidency(device, residence);
    }

    @Override
    public String name() {
        return "gpu";
    }

    @Override
    public String description() {
        return "gpu: " + Sdk.deviceName();
    }

    @Override
    public double tolerance() {
        return device.tensorCores().tolerance();
    }

    @Override
    public Ops ops() {
        return ops;
    }

    @Override
    public Heap heap() {
        return heap;
    }

    @Override
    public Residency residency() {
        return residency;
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
