package lightcache4j.model.text;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Tokens that are found in a text before anything else is done to it, such as `<|im_end|>`.
///
/// Those that are not `normalized` are looked for in the text as it is, the others in what is left
/// of it after normalisation. Of several that start at one place the longest counts.
final class AddedTokens {
    private final Map<String, Integer> ids = new LinkedHashMap<>();
    private final Map<Integer, AddedToken> byId = new HashMap<>();
    private final Map<Character, List<Pattern>> raw;
    private final Map<Character, List<Pattern>> normalized;

    /// @param content what is looked for
    /// @param singleWord whether it counts only between characters that are not of words
    /// @param lstrip whether white space before it belongs to it
    /// @param rstrip whether white space after it belongs to it
    /// @param normalized whether it is looked for in normalised text
    /// @param special whether decoding leaves it out on request
    record AddedToken(
            String content,
            boolean singleWord,
            boolean lstrip,
            boolean rstrip,
            boolean normalized,
            boolean special) {}

    /// A stretch of text.
    ///
    /// @param id of the added token that it is; −1 if it is none
    record Stretch(String text, int id) {}

    private record Pattern(String text, AddedToken token, int id) {}

    /// @param tokens in the order of the file; a token that the vocabulary has keeps its id there,
    ///   the others follow its end
    AddedTokens(List<AddedToken> tokens, BytePairs model, UnaryOperator<String> normalizer) {
        for (AddedToken token : tokens) {
            if (!token.content().isEmpty() && !ids.containsKey(token.content())) {
                int id = nextId(token.content(), model);
                ids.put(token.content(), id);
                byId.put(id, token);
            }
        }
        this.raw = patterns(false, UnaryOperator.identity());
        this.normalized = patterns(true, normalizer);
    }

    private int nextId(String content, BytePairs model) {
        Integer known = model.id(content);
        if (known != null) {
            return known;
        }
        int highest = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        return Math.max(highest + 1, model.size());
    }

    private Map<Character, List<Pattern>> patterns(boolean wanted, UnaryOperator<String> change) {
        Map<Character, List<Pattern>> patterns = new HashMap<>();
        ids.forEach(
                (content, id) -> {
                    AddedToken token = byId.get(id);
                    String text = change.apply(content);
                    if (token != null && token.normalized() == wanted && !text.isEmpty()) {
                        patterns.computeIfAbsent(text.charAt(0), _ -> new ArrayList<>())
                                .add(new Pattern(text, token, id));
                    }
                });
        // Of equal texts the special token is found, as it comes first in the original's automaton.
        patterns.values()
                .forEach(
                        same ->
                                same.sort(
                                        Comparator.comparingInt((Pattern p) -> -p.text().length())
                                                .thenComparing(p -> !p.token().special())));
        return patterns;
    }

    @Nullable Integer id(String content) {
        return ids.get(content);
    }

    @Nullable AddedToken token(int id) {
        return byId.get(id);
    }

    /// The text in stretches; those that are no added token are normalised, and none is empty.
    List<Stretch> split(String text, UnaryOperator<String> normalizer) {
        List<Stretch> found = new ArrayList<>();
        for (Stretch outer : split(text, raw)) {
            if (outer.id() >= 0) {
                found.add(outer);
            } else {
                found.addAll(split(normalizer.apply(outer.text()), normalized));
            }
        }
        return found;
    }

    private static List<Stretch> split(String text, Map<Character, List<Pattern>> patterns) {
        List<Stretch> stretches = new ArrayList<>();
        int done = 0;
        for (int i = 0; i < text.length(); ) {
            Pattern found = patternAt(text, i, patterns);
            int end = i + (found == null ? 1 : found.text().length());
            if (found != null && counts(found.token(), text, i, end)) {
                AddedToken token = found.token();
                int start = token.lstrip() ? Math.max(done, spaceBefore(text, i)) : i;
                int stop = token.rstrip() ? spaceAfter(text, end) : end;
                if (done < start) {
                    stretches.add(new Stretch(text.substring(done, start), -1));
                }
                stretches.add(new Stretch(found.text(), found.id()));
                done = stop;
            }
            i = end;
        }
        if (done < text.length()) {
            stretches.add(new Stretch(text.substring(done), -1));
        }
        return stretches;
    }

    private static @Nullable Pattern patternAt(
            String text, int at, Map<Character, List<Pattern>> patterns) {
        for (Pattern pattern : patterns.getOrDefault(text.charAt(at), List.of())) {
            if (text.startsWith(pattern.text(), at)) {
                return pattern;
            }
        }
        return null;
    }

    private static boolean counts(AddedToken token, String text, int start, int end) {
        if (!token.singleWord()) {
            return true;
        }
        boolean starts = start == 0 || !Characters.inWord(text.codePointBefore(start));
        boolean ends = end == text.length() || !Characters.inWord(text.codePointAt(end));
        return starts && ends;
    }

    private static int spaceBefore(String text, int end) {
        int start = end;
        while (start > 0 && Characters.isSpace(text.codePointBefore(start))) {
            start--;
        }
        return start;
    }

    private static int spaceAfter(String text, int start) {
        int end = start;
        while (end < text.length() && Characters.isSpace(text.codePointAt(end))) {
            end++;
        }
        return end;
    }
}
