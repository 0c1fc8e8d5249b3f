package lightcache4j.cli;

import lightcache4j.model.budget.InsufficientBudget;
import lightcache4j.model.run.NumericFailure;
import lightcache4j.tensors.EngineException;
import lightcache4j.tensors.OutOfHeap;
import lightcache4j.weights.UnwritableFile;

/// What the program's exit code says.
public final class ExitCode {
    /// Everything was done.
    public static final int OK = 0;

    /// A fault of the program itself.
    public static final int INTERNAL = 1;

    /// The command line is not one that the program understands.
    public static final int USAGE = 2;

    /// An input or a checkpoint is not what it should be, or cannot do what was asked for.
    public static final int BAD_INPUT = 3;

    /// An output cannot be written.
    public static final int CANNOT_WRITE = 4;

    /// Numbers became NaN or infinite.
    public static final int NOT_FINITE = 5;

    /// Memory did not suffice.
    public static final int OUT_OF_MEMORY = 6;

    private ExitCode() {}

    /// The code for a failure.
    static int of(Throwable failure) {
        return switch (failure) {
            case UsageFailure _ -> USAGE;
            case UnwritableFile _ -> CANNOT_WRITE;
            case OutOfHeap _ -> OUT_OF_MEMORY;
            case InsufficientMemory _ -> OUT_OF_MEMORY;
            case InsufficientBudget _ -> OUT_OF_MEMORY;
            case OutOfMemoryError _ -> OUT_OF_MEMORY;
            case NumericFailure _ -> NOT_FINITE;
            case EngineException _ -> BAD_INPUT;
            default -> INTERNAL;
        };
    }
}
