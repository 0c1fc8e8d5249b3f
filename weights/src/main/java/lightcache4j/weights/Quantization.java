package lightcache4j.weights;

/// What `quantization_config` in `config.json` says of the weights. Diffusers and transformers
/// write it for every method; eight bits of bitsandbytes are read, see [Weights#matrix].
final class Quantization {
    private static final String FIELD = "quantization_config";
    private static final String WANTED =
            "8 bits of bitsandbytes, or weights that are not quantised";

    private Quantization() {}

    /// @throws MalformedConfig if the weights are quantised in another way
    static void requireKnown(Config config) {
        if (!config.has(FIELD)) {
            return;
        }
        Config quantization = config.child(FIELD);
        String method = quantization.text("quant_method", "bitsandbytes");
        if (!method.equals("bitsandbytes")) {
            throw quantization.unsupported("quant_method", method, WANTED);
        }
        if (!quantization.flag("load_in_8bit", false)) {
            boolean four = quantization.flag("load_in_4bit", false);
            throw quantization.unsupported(four ? "load_in_4bit" : "load_in_8bit", four, WANTED);
        }
    }
}
