package lightcache4j.model.layers;

import lightcache4j.tensors.Activation;
import lightcache4j.weights.Config;

import java.util.Locale;

/// The pointwise functions that a configuration may name (`get_activation` of diffusers).
public final class NamedActivation {
    private NamedActivation() {}

    /// The function that `field` names, in any case of letters.
    ///
    /// @param absent its name where the field is missing
    /// @throws lightcache4j.weights.MalformedConfig if there is no function of that name
    public static Activation of(Config config, String field, String absent) {
        String name = config.text(field, absent);
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "silu", "swish" -> Activation.SILU;
            case "mish" -> Activation.MISH;
            case "gelu" -> Activation.GELU;
            case "relu" -> Activation.RELU;
            default -> throw config.unsupported(field, name, "silu, swish, mish, gelu or relu");
        };
    }
}
