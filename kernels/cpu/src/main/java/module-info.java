/// The CPU backends: plain loops, which are the truth, and the Vector API, which is fast.
@org.jspecify.annotations.NullMarked
module lightcache4j.kernels.cpu {
    requires transitive lightcache4j.tensors;
    requires jdk.incubator.vector;
    requires static transitive org.jspecify;

    provides lightcache4j.tensors.Backend.Provider with
            lightcache4j.kernels.vector.CpuProvider,
            lightcache4j.kernels.reference.ReferenceProvider;
}
