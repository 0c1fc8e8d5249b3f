package lightcache4j.model.run.offload;

/// Counts what the weights of a stage do. Safe for use by several threads.
final class Traffic {
    private static final double NANO = 1e-9;

    private long bytes;
    private long peakBytes;
    private long fetchedBytes;
    private long fetchNanos;
    private long waitNanos;

    synchronized void enters(long more) {
        bytes += more;
        fetchedBytes += more;
        peakBytes = Math.max(peakBytes, bytes);
    }

    synchronized void leaves(long fewer) {
        bytes -= fewer;
    }

    synchronized void fetched(long nanos) {
        fetchNanos += nanos;
    }

    synchronized void waited(long nanos) {
        waitNanos += nanos;
    }

    synchronized Streamed total() {
        return new Streamed(peakBytes, fetchedBytes, fetchNanos * NANO, waitNanos * NANO);
    }
}
