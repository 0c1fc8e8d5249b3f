/// Every operation with the Vector API; the one package that may use the incubator module.
package lightcache4j.kernels.vector;
