package lightcache4j.tensors;

/// Pointwise arithmetic and measurements, as free functions in the current [Workspace]. Where `b`
/// is said to repeat, its shape equals the last axes of the other's. All throw [ShapeMismatch] if
/// shapes do not fit.
public final class Arithmetic {
    private Arithmetic() {}

    private static Tensor like(Tensor x) {
        return Workspace.current().allocate(DType.F32, x.shape());
    }

    private static Ops ops() {
        return Workspace.current().backend().ops();
    }

    /// `a + b`; `b` repeats over the leading axes of `a`.
    public static Tensor add(Tensor a, Tensor b) {
        Require.floats("add", a, b);
        Require.repeats("add", a, b);
        Tensor out = like(a);
        ops().add(out, a, b);
        return out;
    }

    /// `a · b`, element by element; `b` repeats over the leading axes of `a`.
    public static Tensor multiply(Tensor a, Tensor b) {
        Require.floats("multiply", a, b);
        Require.repeats("multiply", a, b);
        Tensor out = like(a);
        ops().multiply(out, a, b);
        return out;
    }

    /// `a − b`, of equal shapes.
    public static Tensor subtract(Tensor a, Tensor b) {
        return combine(1, a, -1, b);
    }

    /// `alpha · a + beta · b`, of equal shapes.
    public static Tensor combine(float alpha, Tensor a, float beta, Tensor b) {
        Require.floats("combine", a, b);
        Require.same("combine", a, b);
        Tensor out = like(a);
        ops().combine(out, alpha, a, beta, b);
        return out;
    }

    /// `factor · a`.
    public static Tensor scale(Tensor a, float factor) {
        return affine(a, factor, 0);
    }

    /// `alpha · a + beta`.
    public static Tensor affine(Tensor a, float alpha, float beta) {
        Require.floats("affine", a);
        Tensor out = like(a);
        ops().affine(out, a, alpha, beta);
        return out;
    }

    /// Every element brought into `low` to `high`.
    public static Tensor clamp(Tensor a, float low, float high) {
        Require.floats("clamp", a);
        Tensor out = like(a);
        ops().clamp(out, a, low, high);
        return out;
    }

    /// `activation(x)`.
    public static Tensor activate(Tensor x, Activation activation) {
        Require.floats("activation", x);
        Tensor out = like(x);
        ops().activate(out, x, activation);
        return out;
    }

    /// `x · sigmoid(x)`.
    public static Tensor silu(Tensor x) {
        return activate(x, Activation.SILU);
    }

    /// `x · (1 + scale) + shift`; `shift` and `scale` are vectors over the last axis.
    public static Tensor modulate(Tensor x, Tensor shift, Tensor scale) {
        Require.floats("modulate", x, shift, scale);
        Require.that(
                shift.size() == x.dim(-1) && scale.size() == x.dim(-1),
                "modulate",
                () ->
                        "shift is %s and scale is %s, wanted [%d] for input %s"
                                .formatted(shift.shape(), scale.shape(), x.dim(-1), x.shape()));
        Tensor out = like(x);
        ops().modulate(out, x, shift, scale);
        return out;
    }

    /// `x + gate · y`; `gate` is a vector over the last axis.
    public static Tensor gatedSum(Tensor x, Tensor gate, Tensor y) {
        Require.floats("gated sum", x, gate, y);
        Require.same("gated sum", x, y);
        Require.that(
                gate.size() == x.dim(-1),
                "gated sum",
                () ->
                        "gate is %s, wanted [%d] for input %s"
                                .formatted(gate.shape(), x.dim(-1), x.shape()));
        Tensor out = like(x);
        ops().gatedSum(out, x, gate, y);
        return out;
    }

    /// Fades from `a` to `b` along an axis, see [Ops#crossfade].
    public static Tensor crossfade(Tensor a, Tensor b, int axis) {
        Require.floats("crossfade", a, b);
        Require.same("crossfade", a, b);
        Tensor out = like(a);
        ops().crossfade(out, a, b, axis);
        return out;
    }

    /// Mean, variance and more of all elements.
    public static Moments moments(Tensor x) {
        Require.floats("moments", x);
        return ops().moments(x);
    }

    /// `Σ |a − b|` over all elements of equal shapes.
    public static double absoluteDifference(Tensor a, Tensor b) {
        Require.floats("difference", a, b);
        Require.same("difference", a, b);
        return ops().absoluteDifference(a, b);
    }
}
