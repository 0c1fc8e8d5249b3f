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

/// Builds the plan: for each kernel a graph of one task that works on the two arrays as the graph
/// before it left them, and leaves them on the device.
final class Graphs {
    private static final String TASK = "task";

    /// A graph of the plan, the kernel in it, and the grid of work items that it runs by.
    record Graph(int index, String name, WorkerGrid2D grid) {}

    private final FloatArray memory;
    private final LongArray halves;
    private final IntArray parameters;
    private final FloatArray scalars;
    private final KernelContext context = new KernelContext();
    private final GridScheduler scheduler = new GridScheduler();
    private final List<ImmutableTaskGraph> graphs = new ArrayList<>();

    Graphs(FloatArray memory, LongArray halves, IntArray parameters, FloatArray scalars) {
        this.memory = memory;
        this.halves = halves;
        this.parameters = parameters;
        this.scalars = scalars;
    }

    /// Parameters go up before each run. The first graph of all creates the arrays.
    private TaskGraph begin() {
        TaskGraph graph = new TaskGraph("graph" + graphs.size());
        if (!graphs.isEmpty()) {
            graph.consumeFromDevice(memory, halves);
        }
        return graph.transferToDevice(DataTransferMode.EVERY_EXECUTION, parameters, scalars);
    }

    private Graph end(String name, TaskGraph graph) {
        int index = graphs.size();
        WorkerGrid2D grid = new WorkerGrid2D(1, 1);
        scheduler.addWorkerGrid("graph" + index + "." + TASK, grid);
        graphs.add(graph.persistOnDevice(memory, halves).snapshot());
        return new Graph(index, name, grid);
    }

    Graph compute(Kernel kernel) {
        return end(
                kernel.name(),
                begin().task(TASK, kernel.body(), context, memory, halves, parameters, scalars));
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
                                halves,
                                stage,
                                parameters,
                                scalars));
    }

    Graph uploadHalves(LongArray stage) {
        return end(
                "UPLOAD_HALVES",
                begin().transferToDevice(DataTransferMode.EVERY_EXECUTION, stage)
                        .task(
                                TASK,
                                TransferKernels::uploadHalves,
                                context,
                                memory,
                                halves,
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
                                halves,
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
