/// The GPU backend: every operation as a kernel in Java that TornadoVM compiles for the device.
///
/// Start at [lightcache4j.kernels.gpu.GpuOps], which turns each operation into one launch, or a
/// few. What runs on the device are the static methods of the classes whose names end in `Kernels`;
/// they see two arrays of those that [lightcache4j.kernels.gpu.Device] keeps there: `memory`,
/// float32, for activations and float32 weights, and `halves`, one of several for narrower weights,
/// 16 bits four to a `long` and int8 eight. [lightcache4j.kernels.gpu.Kernel] lists the kernels,
/// [lightcache4j.kernels.gpu.Residence] brings weights up once,
/// [lightcache4j.kernels.gpu.DeviceHeap] hands out ranges of `memory`.
///
/// Every kernel is compiled once in the life of the process, whatever the shapes: sizes and offsets
/// are read from an array, never passed as arguments, which TornadoVM would bake in.
package lightcache4j.kernels.gpu;
