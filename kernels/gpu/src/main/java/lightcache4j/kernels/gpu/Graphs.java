package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.GridScheduler;
import uk.ac.manchester.tornado.api.ImmutableTaskGraph;
import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.TaskGraph;
import uk.ac.manchester.tornado.api.TornadoExecutionPlan;
import uk.ac.manchester.tornado.api.WorkerGrid2D;
import uk.ac.manchester.tornado.api.enums.DataTransferMode;
import uk.ac.manchester.tornado.api.enums.TornadoVMBackendType;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Builds the plan: for each kernel a graph of one task that works on the device's arrays as the
/// graph before it left them, and leaves them on the device. Each takes over all of them, also
/// those that its kernel does not see: what a graph leaves out is lost to those that run after it.
final class Graphs {
    private static final String TASK = "task";

    /// A graph of the plan, the kernel in it, and the grid of work items that it runs by.
    record Graph(int index, String name, WorkerGrid2D grid) {}

    private final FloatArray memory;
    private final List<LongArray> halves;
    private final IntArray parameters;
    private final FloatArray scalars;
    private final KernelContext context = new KernelContext();
    private final GridScheduler scheduler = new GridScheduler();
    private final List<ImmutableTaskGraph> graphs = new ArrayList<>();

    Graphs(FloatArray memory, List<LongArray> halves, IntArray parameters, FloatArray scalars) {
        this.memory = memory;
        this.halves = halves;
        this.parameters = parameters;
        this.scalars = scalars;
    }

    private Object[] arrays() {
        return Stream.concat(Stream.of(memory), halves.stream()).toArray();
    }

    private TaskGraph next() {
        return new TaskGraph("graph" + graphs.size());
    }

    /// Parameters go up before each run.
    private TaskGraph begin() {
        return next().consumeFromDevice(arrays())
                .transferToDevice(DataTransferMode.EVERY_EXECUTION, parameters, scalars);
    }

    private Graph end(String name, TaskGraph graph, String... tasks) {
        int index = graphs.size();
        WorkerGrid2D grid = new WorkerGrid2D(1, 1);
        for (String task : tasks) {
            scheduler.addWorkerGrid("graph" + index + "." + task, grid);
        }
        graphs.add(graph.persistOnDevice(arrays()).snapshot());
        return new Graph(index, name, grid);
    }

    private Graph end(String name, TaskGraph graph) {
        return end(name, graph, TASK);
    }

    /// Creates the arrays; the first graph of all.
    Graph create() {
        List<String> tasks = new ArrayList<>(List.of(TASK));
        TaskGraph graph = next().task(TASK, TransferKernels::createMemory, context, memory);
        for (LongArray array : halves) {
            String task = TASK + tasks.size();
            graph.task(task, TransferKernels::createHalves, context, array);
            tasks.add(task);
        }
        return end("CREATE", graph, tasks.toArray(String[]::new));
    }

    /// One graph for each array of weights that the kernel may have to read: which array a task
    /// works on is part of what is compiled.
    List<Graph> compute(Kernel kernel) {
        return halves.stream()
                .limit(kernel.readsWeights() ? halves.size() : 1)
                .map(
                        array ->
                                end(
                                        kernel.name(),
                                        begin().task(
                                                        TASK,
                                                        kernel.body(),
                                                        context,
                                                        memory,
                                                        array,
                                                        parameters,
                                                        scalars)))
                .toList();
    }

    Graph upload(FloatArray stage) {
        return end(
                "UPLOAD",
                begin().transferToDevice(DataTransferMode.EVERY_EXECUTION, stage)
                        .task(
                                TASK,
                                TransferKernels::upload,
                                context,
                                memory,
                                stage,
                                parameters,
                                scalars));
    }

    /// One graph for each array.
    List<Graph> uploadHalves(LongArray stage) {
        return halves.stream().map(array -> uploadHalves(stage, array)).toList();
    }

    private Graph uploadHalves(LongArray stage, LongArray array) {
        return end(
                "UPLOAD_HALVES",
                begin().transferToDevice(DataTransferMode.EVERY_EXECUTION, stage)
                        .task(
                                TASK,
                                TransferKernels::uploadHalves,
                                context,
                                array,
                                stage,
                                parameters,
                                scalars));
    }

    Graph download(FloatArray stage) {
        return end(
                "DOWNLOAD",
                begin().task(
                                TASK,
                                TransferKernels::download,
                                context,
                                memory,
                                stage,
                                parameters,
                                scalars)
                        .transferToHost(DataTransferMode.EVERY_EXECUTION, stage));
    }

    /// The plan of all graphs so far.
    TornadoExecutionPlan plan() {
        TornadoExecutionPlan plan =
                new TornadoExecutionPlan(graphs.toArray(ImmutableTaskGraph[]::new));
        plan.withGridScheduler(scheduler);
        // The default flags allow OpenCL to reorder sums and to assume that nothing is infinite.
        plan.withCompilerFlags(TornadoVMBackendType.OPENCL, "-w");
        return plan;
    }
}
