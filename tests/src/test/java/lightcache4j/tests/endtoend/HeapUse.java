package lightcache4j.tests.endtoend;

import com.sun.management.ThreadMXBean;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tests.parity.Backends;
import lightcache4j.weights.ModelFolder;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/// Makes clips of the demo's checkpoint in the JVM that it is started in, until one takes no more
/// than a little of the Java heap; fails if none does.
final class HeapUse {
    /// Of a clip of 10 guided steps. Tensors, tasks and the like are a tenth of it, and a vector
    /// that becomes an object anywhere in the loop of a layer is twenty times as much.
    private static final long MOST_BYTES = 100_000_000;

    /// Clips that all is compiled within.
    private static final int CLIPS = 40;

    private HeapUse() {}

    /// @param args the checkpoint
    public static void main(String[] args) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model =
                        OpenPipeline.open(ModelFolder.open(Path.of(args[0])), null, ledger);
                Backend cpu = Backends.named("cpu").open(2)) {
            for (int clip = 0; clip < CLIPS && least > MOST_BYTES; clip++) {
                long before = threads.getTotalThreadAllocatedBytes();
                model.pipeline()
                        .generate(Engine.plain(cpu, ledger, Listener.NONE), request(), frame -> {});
                least = Math.min(least, threads.getTotalThreadAllocatedBytes() - before);
            }
        }
        System.out.println("a clip takes " + least + " bytes of the Java heap");
        if (least > MOST_BYTES) {
            throw new AssertionError("wanted " + MOST_BYTES + " or less");
        }
    }

    private static Request request() {
        return new Request(
                "a red circle",
                "",
                new VideoSize(64, 64, 17),
                new Sampling(10, 5, 0, 0, 256),
                null,
                null);
    }
}
