/// Tests of what the GPU backend's package keeps to itself, and a device that runs its kernels as
/// plain Java. Compiled with the profile `gpu` alone.
package lightcache4j.kernels.gpu;
