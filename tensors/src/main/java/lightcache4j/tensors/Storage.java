package lightcache4j.tensors;

/// The bytes behind one or more tensors. Each backend has its own kind; only its operations look
/// inside.
public interface Storage {
    /// Bytes it holds.
    long byteSize();

    /// Where they live.
    Pool pool();
}
