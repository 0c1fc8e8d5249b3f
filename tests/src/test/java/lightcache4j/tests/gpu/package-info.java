/// The GPU backend on whatever device TornadoVM finds, PoCL's CPU device among them.
///
/// These tests run with `mvn verify -Pgpu`, in a JVM of their own with TornadoVM's options; where
/// there is no device they are skipped, unless `-Dlightcache4j.gpu.required=true` says that there
/// must be one.
package lightcache4j.tests.gpu;
