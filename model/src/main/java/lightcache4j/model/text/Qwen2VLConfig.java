package lightcache4j.model.text;

import lightcache4j.model.layers.NamedActivation;
import lightcache4j.tensors.Activation;
import lightcache4j.weights.Config;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The fields of `config.json` that make the language tower of Qwen2-VL. They stand at the top, as
/// older files have them, or under `text_config`.
///
/// @param vocabulary entries of the embedding table, `vocab_size`
/// @param dim width, `hidden_size`
/// @param inner width of the feed-forward, `intermediate_size`
/// @param layers `num_hidden_layers`
/// @param heads query heads, `num_attention_heads`
/// @param kvHeads key and value heads, `num_key_value_heads`
/// @param eps of every norm, `rms_norm_eps`
/// @param activation of the feed-forward, `hidden_act`
/// @param theta base of the rotary frequencies, `rope_theta`
/// @param sections how many of them follow each kind of position, in turn time, height and width,
///   `mrope_section`
/// @param window keys that a query sees in windowed layers; 0 for all
/// @param windowedLayers which layers are windowed, `layer_types`, or from `max_window_layers` on
public record Qwen2VLConfig(
        int vocabulary,
        int dim,
        int inner,
        int layers,
        int heads,
        int kvHeads,
        float eps,
        Activation activation,
        double theta,
        List<Integer> sections,
        int window,
        Set<Integer> windowedLayers) {

    /// Reads `config.json`; absent fields take the defaults of transformers.
    ///
    /// @throws lightcache4j.weights.MalformedConfig if a field has no meaning here
    public static Qwen2VLConfig of(Config json) {
        Config c = json.has("text_config") ? json.child("text_config") : json;
        Config rope = ropeOf(c);
        Qwen2VLConfig config =
                new Qwen2VLConfig(
                        positive(c, "vocab_size", 152064),
                        positive(c, "hidden_size", 8192),
                        positive(c, "intermediate_size", 29568),
                        positive(c, "num_hidden_layers", 80),
                        positive(c, "num_attention_heads", 64),
                        positive(c, "num_key_value_heads", keyHeads(c)),
                        (float) c.real("rms_norm_eps", 1e-5),
                        NamedActivation.of(c, "hidden_act", "silu"),
                        rope.has("rope_theta")
                                ? rope.real("rope_theta")
                                : c.real("rope_theta", 1e6),
                        rope.has("mrope_section") ? rope.integers("mrope_section") : List.of(),
                        window(c),
                        windowedLayers(c));
        config.requireFit(c);
        return config;
    }

    /// Where rotary settings stand: `rope_parameters`, before that `rope_scaling`, else nowhere.
    private static Config ropeOf(Config c) {
        for (String name : List.of("rope_parameters", "rope_scaling")) {
            if (c.has(name)) {
                Config rope = c.child(name);
                String type = rope.text("rope_type", rope.text("type", "default"));
                if (!type.equals("default") && !type.equals("mrope")) {
                    throw rope.unsupported("rope_type", type, "default or mrope");
                }
                return rope;
            }
        }
        return c;
    }

    /// Key heads of a file that gives no number: 8 if it is silent, as many as query heads if it
    /// says `null`.
    private static int keyHeads(Config c) {
        return c.json().has("num_key_value_heads") ? c.integer("num_attention_heads", 64) : 8;
    }

    private static int window(Config c) {
        boolean off = c.json().has("sliding_window") && !c.has("sliding_window");
        return c.flag("use_sliding_window", false) && !off ? c.integer("sliding_window", 4096) : 0;
    }

    private static Set<Integer> windowedLayers(Config c) {
        Set<Integer> windowed = new TreeSet<>();
        List<String> types = c.has("layer_types") ? c.texts("layer_types") : List.of();
        for (int i = 0; i < types.size(); i++) {
            switch (types.get(i)) {
                case "full_attention" -> {}
                case "sliding_attention" -> windowed.add(i);
                default ->
                        throw c.unsupported(
                                "layer_types", types.get(i), "full_attention or sliding_attention");
            }
        }
        int from = types.isEmpty() ? c.integer("max_window_layers", 80) : types.size();
        for (int i = Math.max(0, from); i < c.integer("num_hidden_layers", 80); i++) {
            windowed.add(i);
        }
        return windowed;
    }

    private static int positive(Config c, String name, int absent) {
        int value = c.integer(name, absent);
        if (value < 1) {
            throw c.unsupported(name, value, "a positive number");
        }
        return value;
    }

    private void requireFit(Config c) {
        if (heads % kvHeads != 0) {
            throw c.unsupported("num_key_value_heads", kvHeads, "a divisor of " + heads);
        }
        if (dim % heads != 0 || headDim() % 2 != 0) {
            throw c.unsupported(
                    "hidden_size", dim, "an even number for each of %d heads".formatted(heads));
        }
        int sum = sections.stream().mapToInt(Integer::intValue).sum();
        boolean some = sections.stream().allMatch(n -> n > 0);
        if (!sections.isEmpty() && (!some || sum != headDim() / 2)) {
            throw c.unsupported(
                    "mrope_section", sections, "positive numbers that add up to " + headDim() / 2);
        }
        if (window < 0) {
            throw c.unsupported("sliding_window", window, "a positive number");
        }
    }

    /// Whether queries of layer `index` see a window of keys only.
    boolean windowed(int index) {
        return window > 0 && windowedLayers.contains(index);
    }

    /// Features of a head.
    public int headDim() {
        return dim / heads;
    }
}
