package lightcache4j.tensors;

/// Where bytes live. The CPU backend computes in [#HOST]; a GPU backend computes in [#DEVICE].
public enum Pool {
    /// Memory of an accelerator.
    DEVICE("device memory"),
    /// Memory of the process, outside the Java heap.
    HOST("host memory"),
    /// Files mapped into the address space; the system loads and drops their pages as it sees fit.
    DISK("mapped files"),
    /// Those pages of [#DISK] that are kept in memory for use while weights are streamed.
    RESIDENT("weights in memory");

    private final String label;

    Pool(String label) {
        this.label = label;
    }

    /// The pool's name in reports and messages.
    public String label() {
        return label;
    }
}
