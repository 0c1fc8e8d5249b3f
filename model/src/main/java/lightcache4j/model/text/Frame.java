package lightcache4j.model.text;

import lightcache4j.weights.Config;

import java.util.ArrayList;
import java.util.List;

/// What a tokenizer sets around every text: the `post_processor` of a `tokenizer.json`.
///
/// @param before ids of the tokens in front
/// @param after ids of the tokens behind
record Frame(List<Integer> before, List<Integer> after) {
    static final Frame NONE = new Frame(List.of(), List.of());

    /// @throws lightcache4j.weights.MalformedConfig if it asks for another kind
    static Frame of(Config c) {
        String type = c.text("type");
        return switch (type) {
            case "ByteLevel" -> Frame.NONE;
            case "TemplateProcessing" -> template(c);
            case "Sequence" -> {
                Frame all = Frame.NONE;
                for (Config step : TokenizerJson.children(c, "processors")) {
                    Frame next = of(step);
                    List<Integer> before = new ArrayList<>(next.before());
                    before.addAll(all.before());
                    List<Integer> after = new ArrayList<>(all.after());
                    after.addAll(next.after());
                    all = new Frame(before, after);
                }
                yield all;
            }
            default ->
                    throw c.unsupported(
                            "type", type, "ByteLevel, TemplateProcessing or a Sequence");
        };
    }

    private static Frame template(Config c) {
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        int texts = 0;
        for (Config piece : TokenizerJson.children(c, "single")) {
            if (piece.has("Sequence")) {
                texts++;
            } else {
                String id = piece.child("SpecialToken").text("id");
                (texts == 0 ? before : after)
                        .addAll(c.child("special_tokens").child(id).integers("ids"));
            }
        }
        if (texts != 1) {
            throw c.unsupported("single", texts + " sequences", "one");
        }
        return new Frame(before, after);
    }
}
