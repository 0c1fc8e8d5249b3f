/// Every operation in plain loops, never optimised: the truth that other backends answer to.
package lightcache4j.kernels.reference;
