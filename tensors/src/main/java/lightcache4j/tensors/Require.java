package lightcache4j.tensors;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.function.Supplier;

/// The checks that every operation makes before a backend sees its tensors.
final class Require {
    private Require() {}

    /// `tensor` has exactly these lengths; −1 stands for any.
    static void shape(String operation, String name, Tensor tensor, long... wanted) {
        boolean fits = tensor.shape().rank() == wanted.length;
        for (int i = 0; fits && i < wanted.length; i++) {
            fits = wanted[i] == -1 || wanted[i] == tensor.dim(i);
        }
        if (!fits) {
            String open = Arrays.toString(wanted).replace("-1", "*");
            throw new ShapeMismatch(operation, name + " is " + tensor.shape() + ", wanted " + open);
        }
    }

    /// `tensor` has the shape of another.
    static void shape(String operation, String name, Tensor tensor, Shape wanted) {
        if (!tensor.shape().equals(wanted)) {
            throw new ShapeMismatch(
                    operation, name + " is " + tensor.shape() + ", wanted " + wanted);
        }
    }

    /// As [#shape], where the tensor may be absent.
    static void optional(String operation, String name, @Nullable Tensor tensor, long... wanted) {
        if (tensor != null) {
            shape(operation, name, tensor, wanted);
        }
    }

    /// All of these are float32.
    static void floats(String operation, Tensor... tensors) {
        for (Tensor tensor : tensors) {
            if (tensor.dtype() != DType.F32) {
                throw new ShapeMismatch(
                        operation, "input is " + tensor + ", wanted F32; widen it first");
            }
        }
    }

    /// All of these, where present, are weights of a floating type.
    static void weights(String operation, @Nullable Tensor... tensors) {
        for (Tensor tensor : tensors) {
            if (tensor != null && !tensor.dtype().isFloating()) {
                throw new ShapeMismatch(
                        operation, "weight is " + tensor + ", wanted F32, F16 or BF16");
            }
        }
    }

    /// `tensor` is a floating weight, or int8 with a scale.
    static void matrix(String operation, Tensor tensor) {
        if (!tensor.dtype().isFloating() && tensor.scale() == null) {
            throw new ShapeMismatch(
                    operation,
                    "weight is " + tensor + ", wanted F32, F16, BF16 or I8 with a scale per row");
        }
    }

    /// `fits`, or the operation refuses for this reason, which is put in words only then.
    static void that(boolean fits, String operation, Supplier<String> reason) {
        if (!fits) {
            throw new ShapeMismatch(operation, reason.get());
        }
    }

    /// `b` equals the last axes of `a`.
    static void repeats(String operation, Tensor a, Tensor b) {
        int skipped = a.shape().rank() - b.shape().rank();
        boolean fits = skipped >= 0;
        for (int i = 0; fits && i < b.shape().rank(); i++) {
            fits = a.dim(skipped + i) == b.dim(i);
        }
        that(fits, operation, () -> b.shape() + " does not repeat over " + a.shape());
    }

    static void same(String operation, Tensor a, Tensor b) {
        that(
                a.shape().equals(b.shape()),
                operation,
                () -> "inputs are " + a.shape() + " and " + b.shape() + ", wanted equal shapes");
    }
}
