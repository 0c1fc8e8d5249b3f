package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.TornadoExecutionResult;
import uk.ac.manchester.tornado.api.enums.ProfilerMode;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/// TornadoVM's device: every kernel is a graph of one task, all of them in one plan.
///
/// A graph is compiled when it is first run, once in the life of the process: all that changes from
/// launch to launch travels in two small arrays. TornadoVM hands arrays that stay on the device
/// from each graph to whichever runs next, so kernels run in any order. It cannot give such arrays
/// back without freeing them twice, hence [#get]: one device for the whole process, whose ranges
/// backends take and give back.
final class GraphDevice implements Device {
    private static final int PARAMETERS = 4 + 2 * LONGEST_SHAPE;
    private static final int SCALARS = 4;

    /// Elements that move at once: few for small tensors and all that [Measures] brings down, many
    /// for large tensors.
    private static final int[] STAGES = {1 << 15, 1 << 22};

    private static final int STAGE_ITEMS = 128;

    private static final class Holder {
        private static final GraphDevice ONLY = new GraphDevice(DeviceMemory.ofThisProcess());
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Ranges memory;
    private final List<Ranges> halves;
    private final IntArray parameters = new IntArray(PARAMETERS);
    private final FloatArray scalars = new FloatArray(SCALARS);
    private final List<FloatArray> floatStages =
            Arrays.stream(STAGES).mapToObj(FloatArray::new).toList();
    private final List<LongArray> longStages =
            Arrays.stream(STAGES).mapToObj(n -> new LongArray(n / 2)).toList();
    private final Map<Kernel, List<Graphs.Graph>> kernels = new EnumMap<>(Kernel.class);
    private final List<Graphs.Graph> uploads;
    private final List<List<Graphs.Graph>> uploadsOfHalves; // by stage, then by array
    private final List<Graphs.Graph> downloads;
    private final TornadoExecutionPlan plan;
    private final Tuning tuning = Tuning.ofThisProcess();
    private final TensorCores tensorCores = TensorCores.ofThisProcess(tuning);

    /// The one device of this process, made at the first call.
    static GraphDevice get() {
        return Holder.ONLY;
    }

    /// Bytes of `memory` that are left for tensors.
    static long room(DeviceMemory size) {
        return Math.max(0, size.floats() - TABLES) * Float.BYTES;
    }

    private GraphDevice(DeviceMemory size) {
        memory = new Ranges(TABLES, size.floats());
        halves = size.longs().stream().map(n -> new Ranges(0, n)).toList();
        Graphs graphs =
                new Graphs(size.allocateFloats(), size.allocateLongs(), parameters, scalars);
        Graphs.Graph create = graphs.create();
        for (Kernel kernel : Kernel.values()) {
            if (tensorCores.parts() > 0 || !kernel.needsTensorCores()) {
                kernels.put(kernel, graphs.compute(kernel));
            }
        }
        uploads = floatStages.stream().map(graphs::upload).toList();
        uploadsOfHalves = longStages.stream().map(graphs::uploadHalves).toList();
        downloads = floatStages.stream().map(graphs::download).toList();
        plan = graphs.plan();
        run(create, 1, 1, 1, 0);
        upload(MemorySegment.ofArray(Device.tables()), 0);
    }

    /// @param moved bytes that the graph is to copy between host and device
    private void run(Graphs.Graph graph, long x, long y, int items, long moved) {
        graph.grid().setGlobalWork(x, y, 1);
        graph.grid().setLocalWork(items, 1, 1);
        TornadoExecutionPlan one = plan.withGraph(graph.index());
        LaunchEvent event = new LaunchEvent();
        if (!event.isEnabled()) {
            one.execute();
            return;
        }
        event.begin();
        TornadoExecutionResult result = one.withProfiler(ProfilerMode.SILENT).execute();
        event.finish(graph.name(), moved, held(), result.getProfilerResult());
        one.clearProfiles(); // its log would grow for as long as the recording runs
        one.withoutProfiler();
    }

    /// Bytes that are taken of all arrays, tables not among them.
    private long held() {
        long longs = halves.stream().mapToLong(Ranges::inUse).sum();
        return memory.inUse() * Float.BYTES + longs * Long.BYTES;
    }

    @Override
    public TensorCores tensorCores() {
        return tensorCores;
    }

    @Override
    public Tuning tuning() {
        return tuning;
    }

    @Override
    public ReentrantLock lock() {
        return lock;
    }

    @Override
    public Ranges memory() {
        return memory;
    }

    @Override
    public List<Ranges> halves() {
        return halves;
    }

    @Override
    public void launch(
            Kernel kernel, int array, long groups, long rows, int[] ints, float... floats) {
        for (int i = 0; i < ints.length; i++) {
            parameters.set(i, ints[i]);
        }
        for (int i = 0; i < floats.length; i++) {
            scalars.set(i, floats[i]);
        }
        Graphs.Graph graph =
                Objects.requireNonNull(kernels.get(kernel)).get(kernel.readsWeights() ? array : 0);
        run(graph, groups * kernel.items(), rows, kernel.items(), 0);
    }

    private static int stage(long elements, int divisor) {
        return elements <= STAGES[0] / divisor ? 0 : 1;
    }

    private void move(Graphs.Graph graph, int count, long first, long bytes) {
        parameters.set(0, count);
        parameters.set(1, Math.toIntExact(first));
        long items = (count + STAGE_ITEMS - 1L) / STAGE_ITEMS * STAGE_ITEMS;
        run(graph, items, 1, STAGE_ITEMS, bytes);
    }

    @Override
    public void upload(MemorySegment from, long first) {
        long count = from.byteSize() / Float.BYTES;
        int stage = stage(count, 1);
        MemorySegment staging = floatStages.get(stage).getSegment();
        for (long done = 0; done < count; done += STAGES[stage]) {
            int now = (int) Math.min(STAGES[stage], count - done);
            MemorySegment.copy(from, done * Float.BYTES, staging, 0, (long) now * Float.BYTES);
            move(uploads.get(stage), now, first + done, (long) now * Float.BYTES);
        }
    }

    @Override
    public void uploadHalves(MemorySegment from, int array, long first) {
        long count = (from.byteSize() + Long.BYTES - 1) / Long.BYTES;
        int stage = stage(count, 2);
        int room = STAGES[stage] / 2;
        MemorySegment staging = longStages.get(stage).getSegment();
        for (long done = 0; done < count; done += room) {
            int now = (int) Math.min(room, count - done);
            long bytes = Math.min((long) now * Long.BYTES, from.byteSize() - done * Long.BYTES);
            MemorySegment.copy(from, done * Long.BYTES, staging, 0, bytes);
            move(uploadsOfHalves.get(stage).get(array), now, first + done, bytes);
        }
    }

    @Override
    public void download(long first, MemorySegment to) {
        long count = to.byteSize() / Float.BYTES;
        int stage = stage(count, 1);
        MemorySegment staging = floatStages.get(stage).getSegment();
        for (long done = 0; done < count; done += STAGES[stage]) {
            int now = (int) Math.min(STAGES[stage], count - done);
            move(downloads.get(stage), now, first + done, (long) now * Float.BYTES);
            MemorySegment.copy(staging, 0, to, done * Float.BYTES, (long) now * Float.BYTES);
        }
    }
}
