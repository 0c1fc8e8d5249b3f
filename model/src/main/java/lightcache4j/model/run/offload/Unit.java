package lightcache4j.model.run.offload;

import lightcache4j.tensors.Tensor;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Weights that come and go together.
///
/// @param path the prefix of their names, as that of the site that uses them
/// @param weights all of them; none for a site without weights of its own
record Unit(String path, List<Tensor> weights) {
    private static final Pattern ELEMENT = Pattern.compile("(.+)\\.(\\d+)");

    Unit {
        weights = List.copyOf(weights);
    }

    boolean isEmpty() {
        return weights.isEmpty();
    }

    /// Whether it is an element of a list, such as `transformer_blocks.7`.
    boolean isElement() {
        return ELEMENT.matcher(path).matches();
    }

    /// The path of element `offset` places further on in the same list.
    ///
    /// @throws IllegalStateException if this is no element of a list
    String neighbour(int offset) {
        Matcher element = element();
        return element.group(1) + "." + (Integer.parseInt(element.group(2)) + offset);
    }

    /// The path of the first element of the same list.
    ///
    /// @throws IllegalStateException if this is no element of a list
    String first() {
        return element().group(1) + ".0";
    }

    private Matcher element() {
        Matcher element = ELEMENT.matcher(path);
        if (!element.matches()) {
            throw new IllegalStateException(path + ": is no element of a list, wanted one");
        }
        return element;
    }

    long bytes() {
        return weights.stream().mapToLong(Tensor::byteSize).sum();
    }
}
