/// The GPU backend: kernels in Java that TornadoVM compiles for OpenCL, CUDA and other devices.
@org.jspecify.annotations.NullMarked
module lightcache4j.kernels.gpu {
    requires transitive lightcache4j.tensors;
    requires jdk.jfr;
    requires tornado.api;
    requires static transitive org.jspecify;

    // TornadoVM reads the kernels by reflection.
    opens lightcache4j.kernels.gpu;

    provides lightcache4j.tensors.Backend.Provider with
            lightcache4j.kernels.gpu.GpuProvider;
}
