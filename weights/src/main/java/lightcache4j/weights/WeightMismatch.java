package lightcache4j.weights;

import lightcache4j.tensors.EngineException;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.Set;
import java.util.stream.Collectors;

/// A checkpoint does not hold what its configuration says.
public final class WeightMismatch extends EngineException {
    private static final long serialVersionUID = 1L;
    private static final int NAMED = 8;

    private WeightMismatch(String message) {
        super(message);
    }

    static WeightMismatch missing(
            String origin, String name, Shape wanted, @Nullable String nearest) {
        String hint =
                nearest == null
                        ? "is this the right checkpoint?"
                        : "it does have " + Printable.of(nearest);
        return new WeightMismatch(
                "%s: %s is missing, wanted %s; %s".formatted(origin, name, wanted, hint));
    }

    static WeightMismatch shape(String origin, String name, Tensor is, Shape wanted) {
        return new WeightMismatch(
                "%s: %s is %s %s, wanted %s; does config.json belong to these weights?"
                        .formatted(origin, name, is.shape(), is.dtype(), wanted));
    }

    static WeightMismatch type(String origin, String name, Tensor is) {
        return new WeightMismatch(
                "%s: %s is stored as %s, wanted F32, F16 or BF16; convert the checkpoint first"
                        .formatted(origin, name, is.dtype()));
    }

    static WeightMismatch unscaled(String origin, String name, String scale) {
        return new WeightMismatch(
                "%s: %s is stored as I8 without %s, wanted both, as bitsandbytes writes them"
                        .formatted(origin, name, scale));
    }

    static WeightMismatch scale(String origin, String name, Tensor is, Shape wanted) {
        return new WeightMismatch(
                "%s: %s is %s %s, wanted %s F32, as bitsandbytes writes it"
                        .formatted(origin, name, is.shape(), is.dtype(), wanted));
    }

    static WeightMismatch format(String origin, String name) {
        return new WeightMismatch(
                ("%s: %s says that bytes lie in tiles of a GPU, wanted 0 for rows;"
                                + " save it again with a newer bitsandbytes")
                        .formatted(origin, name));
    }

    static WeightMismatch unread(String origin, Set<String> names) {
        String listed =
                names.stream().limit(NAMED).map(Printable::of).collect(Collectors.joining(", "));
        return new WeightMismatch(
                ("%s: %d tensors were never read: %s%s;"
                                + " wanted none left over, is this another model's checkpoint?")
                        .formatted(
                                origin, names.size(), listed, names.size() > NAMED ? ", …" : ""));
    }
}
