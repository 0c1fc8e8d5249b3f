package lightcache4j.model.layers;

import static lightcache4j.tensors.Arithmetic.multiply;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.Scoped;
import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Tensor;
import lightcache4j.weights.Config;
import lightcache4j.weights.Weights;

/// Two linear layers around an activation, which may be gated (arXiv:2002.05202); `FeedForward` of
/// diffusers.
///
/// @param in to the inner features, twice as many where the form is gated
/// @param out from the inner features back
public record FeedForward(Linear in, Linear out, Form form) {
    private static final int WIDENING = 4;

    /// The activation between the two layers.
    ///
    /// @param activation the function
    /// @param gated whether a second half of inner features goes through the function and
    ///   multiplies the first, which then does not
    public record Form(Activation activation, boolean gated) {

        /// The form that `field` names.
        ///
        /// @param absent its name where the field is missing
        /// @throws lightcache4j.weights.MalformedConfig if there is no form of that name
        public static Form of(Config config, String field, String absent) {
            String name = config.text(field, absent);
            return switch (name) {
                case "gelu" -> new Form(Activation.GELU, false);
                case "gelu-approximate" -> new Form(Activation.GELU_TANH, false);
                case "geglu" -> new Form(Activation.GELU, true);
                case "geglu-approximate" -> new Form(Activation.QUICK_GELU, false); // as upstream
                case "swiglu" -> new Form(Activation.SILU, true);
                case "linear-silu" -> new Form(Activation.SILU, false);
                default ->
                        throw config.unsupported(
                                field,
                                name,
                                "gelu, gelu-approximate, geglu, geglu-approximate, swiglu or"
                                        + " linear-silu");
            };
        }
    }

    /// Over `dim` features, with four times as many inside.
    public static FeedForward load(Weights w, long dim, Form form) {
        long inner = WIDENING * dim;
        return new FeedForward(
                Linear.load(w.at("net.0.proj"), dim, form.gated() ? 2 * inner : inner),
                Linear.load(w.at("net.2"), inner, dim),
                form);
    }

    /// `[L, D]` to `[L, D]` in each stream, each token by itself. A stream goes as soon as it can.
    public Features apply(Features x) {
        return x.map(stream -> apply(x, stream), stream -> apply(x, stream));
    }

    private Tensor apply(Features x, Tensor stream) {
        Tensor y = inner(stream); // [L, 4D]
        Scoped.spend(x, stream);
        return Scoped.spend(y, out.apply(y)); // [L, D]
    }

    private Tensor inner(Tensor x) {
        return form.gated() ? Scoped.tensor(() -> gated(x)) : in.apply(x, form.activation());
    }

    private Tensor gated(Tensor x) {
        long inner = in.weight().dim(0) / 2;
        Tensor value = in.outputs(0, inner).apply(x); // [L, 4D]
        Tensor gate = in.outputs(inner, 2 * inner).apply(x, form.activation()); // [L, 4D]
        return multiply(value, gate); // [L, 4D]
    }
}
