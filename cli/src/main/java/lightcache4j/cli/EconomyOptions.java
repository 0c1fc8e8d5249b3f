package lightcache4j.cli;

import lightcache4j.model.run.Economy;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// What is done to take less memory.
final class EconomyOptions {
    @Option(
            names = "--offload",
            paramLabel = "none|component|block|disk",
            converter = Converter.class,
            description =
                    "Where weights are when they are not used: none leaves it to the system; "
                            + "component takes a component's out of memory when its stage ends; "
                            + "block has two blocks in memory, the one that computes and the next; "
                            + "disk has one layer, fetches nothing ahead and is slow. "
                            + "(default: none)")
    private Economy.Offload offload = Economy.Offload.NONE;

    /// What was asked for, and what costs nothing.
    Economy economy() {
        return Economy.DEFAULT.withOffload(offload);
    }

    /// Reads a place for weights.
    static final class Converter implements ITypeConverter<Economy.Offload> {
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
                                            .map(Converter::name)
                                            .collect(Collectors.joining(", "))));
        }

        private static String name(Economy.Offload value) {
            return value.name().toLowerCase(Locale.ROOT);
        }
    }
}
