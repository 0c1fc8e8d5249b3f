package lightcache4j.cli;

import lightcache4j.model.budget.ChunkPlanner;
import lightcache4j.model.budget.MemoryPlan;
import lightcache4j.model.budget.MemoryPlanner;
import lightcache4j.model.budget.Prospect;
import lightcache4j.model.run.Chunking;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.swap.Swap;
import lightcache4j.tensors.DType;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// What is done to take less memory.
final class EconomyOptions {
    @Option(
            names = "--swap",
            description =
                    "What is kept from step to step (--cache), and what the decoder looks back at, "
                            + "leaves memory between uses, to a scratch file, while others compute.")
    private boolean swap;

    @Option(
            names = "--cache-dtype",
            paramLabel = "f32|f16|bf16",
            converter = TypeConverter.class,
            description =
                    "In what precision --cache keeps what it keeps; fewer bits change the result "
                            + "a little. (default: f32)")
    private DType cacheType = DType.F32;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description = "Where the scratch file of --swap is. (default: the temporary folder)")
    private @Nullable Path scratch;

    @Option(
            names = "--chunk",
            paramLabel = "N",
            description =
                    "Compute the layers that hold the most in N pieces; the result is the same bit "
                            + "for bit. (default: ${DEFAULT-VALUE})")
    private int chunks = 1;

    @Option(
            names = "--no-slice",
            description =
                    "Decode four frames at a time and hold the clip until it is whole, as diffusers "
                            + "does. Otherwise each frame leaves as soon as it is decoded.")
    private boolean whole;

    @Option(
            names = "--tile",
            paramLabel = "PIXELS",
            description =
                    "Decode frames in square tiles with blended seams, so that memory does not grow "
                            + "with their size; the clip changes a little. (default: whole frames)")
    private int tile;

    @Option(
            names = "--offload",
            paramLabel = "none|component|block|disk",
            converter = OffloadConverter.class,
            description =
                    "Where weights are when they are not used: none leaves it to the system; "
                            + "component takes a component's out of memory when its stage ends; "
                            + "block has two blocks in memory, the one that computes and the next; "
                            + "disk has one layer, fetches nothing ahead and is slow. "
                            + "(default: none)")
    private Economy.Offload offload = Economy.Offload.NONE;

    @Option(
            names = "--memory-budget",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description =
                    "Hold no more than that, such as 2g or 512m, of tensors and weights, in the "
                            + "memory of the device if one computes: what must be "
                            + "done for it (--swap, --chunk, --offload, and --tile last) is found "
                            + "before the run and printed with why. Where nothing would do, the "
                            + "least that would is told.")
    private @Nullable Long budget;

    /// What is done in a run: what was asked for, and what a budget takes beyond that. What there
    /// is no room for is refused.
    ///
    /// @param room bytes of tensors that the backend has room for, if it has memory of its own
    /// @param notice is told the plan
    /// @throws InsufficientMemory if the run takes more than there is
    /// @throws lightcache4j.model.budget.InsufficientBudget if it takes more than was allowed
    Budgeted budgeted(Prospect prospect, OptionalLong room, Consumer<String> notice) {
        Economy asked = economy();
        if (budget == null) {
            Economy economy = ChunkPlanner.wherePays(prospect, asked);
            MemoryForecast.of(prospect, economy).requireFit(room);
            return new Budgeted(economy, null, prospect.pool());
        }
        MemoryPlan plan = new MemoryPlanner(prospect).plan(asked, budget);
        if (room.isPresent()) {
            MemoryForecast.of(prospect, plan.economy()).requireFit(room);
        }
        Budgeted budgeted = new Budgeted(plan.economy(), plan, prospect.pool());
        notice.accept(budgeted.text(plan));
        return budgeted;
    }

    /// What was asked for.
    ///
    /// @throws UsageFailure if a number makes no sense
    Economy economy() {
        if (chunks < 1) {
            throw new UsageFailure("chunk: is " + chunks + ", wanted 1 or more");
        }
        if (tile < 0) {
            throw new UsageFailure("tile: is " + tile + ", wanted a number of pixels");
        }
        Path folder = Objects.requireNonNullElse(scratch, Swap.Settings.ON.scratch());
        return new Economy(
                new Swap.Settings(swap, cacheType, folder),
                Chunking.everywhere(chunks),
                !whole,
                tile,
                offload);
    }

    /// Reads a precision.
    static final class TypeConverter implements ITypeConverter<DType> {
        @Override
        public DType convert(String text) {
            return switch (text) {
                case "f32" -> DType.F32;
                case "f16" -> DType.F16;
                case "bf16" -> DType.BF16;
                default ->
                        throw new TypeConversionException(
                                "cache-dtype: is " + text + ", wanted f32, f16 or bf16");
            };
        }
    }

    /// Reads a place for weights.
    static final class OffloadConverter implements ITypeConverter<Economy.Offload> {
        @Override
        public Economy.Offload convert(String text) {
            for (Economy.Offload value : Economy.Offload.values()) {
                if (name(value).equals(text)) {
                    return value;
                }
            }
            throw new TypeConversionException(
                    "offload: is %s, wanted one of %s"
                            .formatted(
                                    text,
                                    Arrays.stream(Economy.Offload.values())
                                            .map(OffloadConverter::name)
                                            .collect(Collectors.joining(", "))));
        }

        private static String name(Economy.Offload value) {
            return value.name().toLowerCase(Locale.ROOT);
        }
    }
}
