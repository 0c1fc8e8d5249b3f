package lightcache4j.weights;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Function;

/// A cursor into the names of a checkpoint: each layer is given one that stands at its own prefix,
/// and asks for its tensors with the shapes that it expects.
///
/// ```java
/// static Linear load(Weights w, int in, int out) {
///     return new Linear(w.matrix("weight", out, in), w.tensor("bias", out));
/// }
/// ...
/// Linear query = Linear.load(w.at("transformer_blocks").at(7).at("attn1").at("to_q"), 192, 192);
/// w.requireAllRead(); // once, at the end: nothing in the file may be left over
/// ```
///
/// All cursors of one checkpoint share the record of what was read.
public final class Weights {
    private final String origin;
    private final Map<String, Tensor> tensors;
    private final Set<String> read;
    private final String prefix;

    /// @param origin what messages call the checkpoint, such as `transformer`
    /// @param tensors every tensor by its name in the checkpoint
    public Weights(String origin, Map<String, Tensor> tensors) {
        this(origin, Map.copyOf(tensors), new ConcurrentSkipListSet<>(), "");
    }

    private Weights(String origin, Map<String, Tensor> tensors, Set<String> read, String prefix) {
        this.origin = origin;
        this.tensors = tensors;
        this.read = read;
        this.prefix = prefix;
    }

    /// The cursor one name further: from `a.b` to `a.b.name`.
    public Weights at(String name) {
        return new Weights(origin, tensors, read, path(name));
    }

    /// The cursor at element `index` of a list of layers.
    public Weights at(int index) {
        return at(Integer.toString(index));
    }

    /// `load` applied to elements 0 to `count − 1` below this cursor.
    public <T> List<T> list(int count, Function<Weights, T> load) {
        List<T> layers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            layers.add(load.apply(at(i)));
        }
        return List.copyOf(layers);
    }

    /// The full name of `name` below this cursor.
    public String path(String name) {
        return prefix.isEmpty() ? name : prefix + "." + name;
    }

    /// The name at which this cursor stands; empty at the top.
    public String path() {
        return prefix;
    }

    /// What messages call the checkpoint.
    public String origin() {
        return origin;
    }

    /// Whether there is a tensor `name`, or any below it.
    public boolean has(String name) {
        String path = path(name);
        return tensors.containsKey(path)
                || tensors.keySet().stream().anyMatch(n -> n.startsWith(path + "."));
    }

    /// The tensor `name` below this cursor.
    ///
    /// @param dims the shape it must have
    /// @throws WeightMismatch if it is missing, or has another shape, or is not of a floating type
    public Tensor tensor(String name, long... dims) {
        String path = path(name);
        Tensor tensor = shaped(path, Shape.of(dims));
        if (!tensor.dtype().isFloating()) {
            throw WeightMismatch.type(origin, path, tensor);
        }
        read.add(path);
        return tensor;
    }

    private Tensor shaped(String path, Shape wanted) {
        Tensor tensor = tensors.get(path);
        if (tensor == null) {
            throw WeightMismatch.missing(origin, path, wanted, nearest(path));
        }
        if (!tensor.shape().equals(wanted)) {
            throw WeightMismatch.shape(origin, path, tensor, wanted);
        }
        return tensor;
    }

    /// The weight of a linear layer, as [#tensor], or of I8 as bitsandbytes writes it: what 127
    /// stands for in each row is `SCB` beside it, and becomes its [Tensor#scale]; `weight_format`,
    /// where there is one, is 0 for rows one behind the other.
    ///
    /// @throws WeightMismatch also if it is I8 and what stands beside it is not that
    public Tensor matrix(String name, long rows, long columns) {
        String path = path(name);
        Tensor tensor = shaped(path, Shape.of(rows, columns));
        if (tensor.dtype() != DType.I8) {
            return tensor(name, rows, columns);
        }
        String layer = path.substring(0, path.lastIndexOf('.') + 1);
        Tensor scale = tensors.get(layer + "SCB");
        if (scale == null) {
            throw WeightMismatch.unscaled(origin, path, layer + "SCB");
        }
        Shape perRow = Shape.of(rows);
        if (scale.dtype() != DType.F32 || !scale.shape().equals(perRow)) {
            throw WeightMismatch.scale(origin, layer + "SCB", scale, perRow);
        }
        requireRows(layer + "weight_format");
        read.add(path);
        read.add(layer + "SCB");
        return tensor.scaled(scale);
    }

    private void requireRows(String path) {
        Tensor format = tensors.get(path);
        if (format == null) {
            return;
        }
        boolean one = format.dtype() == DType.U8 && format.size() == 1;
        if (!one || format.segment().get(ValueLayout.JAVA_BYTE, 0) != 0) {
            throw WeightMismatch.format(origin, path);
        }
        read.add(path);
    }

    /// [#tensor], or null if there is none of that name.
    public @Nullable Tensor optional(String name, long... dims) {
        return tensors.containsKey(path(name)) ? tensor(name, dims) : null;
    }

    /// The shape of `name`, or null if there is none: for configurations that are inferred from
    /// weights.
    public @Nullable Shape shape(String name) {
        Tensor tensor = tensors.get(path(name));
        return tensor == null ? null : tensor.shape();
    }

    /// Counts everything below `prefixes` as read: parts that a pipeline has no use for.
    public void skip(String... prefixes) {
        for (String skipped : prefixes) {
            String path = path(skipped);
            tensors.keySet().stream()
                    .filter(n -> n.equals(path) || n.startsWith(path + "."))
                    .forEach(read::add);
        }
    }

    /// Names that no one asked for, sorted.
    public Set<String> unread() {
        Set<String> names = new TreeSet<>(tensors.keySet());
        names.removeAll(read);
        return names;
    }

    /// Every name of the checkpoint, sorted.
    public Collection<String> names() {
        return new TreeSet<>(tensors.keySet());
    }

    /// @throws WeightMismatch if a tensor of the checkpoint was not asked for, naming them
    public void requireAllRead() {
        Set<String> left = unread();
        if (!left.isEmpty()) {
            throw WeightMismatch.unread(origin, left);
        }
    }

    /// The name that ends most like `path`, among those that end in the same word.
    private @Nullable String nearest(String path) {
        String last = path.substring(path.lastIndexOf('.') + 1);
        return tensors.keySet().stream()
                .filter(n -> n.endsWith("." + last) || n.equals(last))
                .max(
                        Comparator.<String>comparingInt(n -> commonEnd(n, path))
                                .thenComparing(Comparator.reverseOrder()))
                .orElse(null);
    }

    private static int commonEnd(String a, String b) {
        int length = 0;
        while (length < Math.min(a.length(), b.length())
                && a.charAt(a.length() - 1 - length) == b.charAt(b.length() - 1 - length)) {
            length++;
        }
        return length;
    }
}
