package lightcache4j.cli;

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
                    "Compute wide layers in N pieces; the result is the same bit for bit. (default: "
                            + "${DEFAULT-VALUE})")
    private int chunks = 1;

    @Option(
            names = "--no-slice",
            description =
                    "Decode four frames at a time and hold the clip until it is whole, as diffusers "
                            + "does. Otherwise each frame leaves as soon as it is decoded.")
    private boolean whole;

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

    /// What was asked for.
    ///
    /// @throws UsageFailure if a number makes no sense
    Economy economy() {
        if (chunks < 1) {
            throw new UsageFailure("chunk: is " + chunks + ", wanted 1 or more");
        }
        Path folder = Objects.requireNonNullElse(scratch, Swap.Settings.ON.scratch());
        return new Economy(new Swap.Settings(swap, cacheType, folder), chunks, !whole, offload);
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
