package lightcache4j.model.text;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;

/// Byte pair encoding (Sennrich et al., arXiv:1508.07909): a piece of text starts as its
/// characters, and the neighbours that were merged first in training are merged first again, until
/// none is left.
final class BytePairs {
    private final Map<String, Integer> ids;
    private final String[] tokens;
    private final Map<Long, Merge> merges = new HashMap<>();
    private final boolean ignoreMerges;
    private final Unknown unknown;

    /// What two neighbours become, and how early.
    private record Merge(int rank, int id) {}

    /// A merge that may be done, unless an earlier one takes a part away.
    private record Candidate(int rank, int at, int id) implements Comparable<Candidate> {
        @Override
        public int compareTo(Candidate other) {
            return rank != other.rank
                    ? Integer.compare(rank, other.rank)
                    : Integer.compare(at, other.at);
        }
    }

    /// What stands for characters that the vocabulary lacks.
    ///
    /// @param id of the token; −1 leaves them out
    /// @param fused whether neighbours share one
    record Unknown(int id, boolean fused) {
        static final Unknown LEFT_OUT = new Unknown(-1, false);
    }

    /// @param ids of tokens; the vocabulary
    /// @param merges pairs of tokens, those to be merged first in front
    /// @param ignoreMerges whether a piece that is itself a token is that token, without merging
    /// @throws MalformedTokenizer if a merge has a part or a result that is no token
    BytePairs(Map<String, Integer> ids, List<Pair> merges, boolean ignoreMerges, Unknown unknown) {
        this.ids = Map.copyOf(ids);
        this.tokens = byId(ids);
        this.ignoreMerges = ignoreMerges;
        this.unknown = unknown;
        for (int rank = 0; rank < merges.size(); rank++) {
            Pair pair = merges.get(rank);
            long key = key(required(pair.left()), required(pair.right()));
            this.merges.put(key, new Merge(rank, required(pair.left() + pair.right())));
        }
    }

    /// Two tokens that may be merged.
    record Pair(String left, String right) {}

    private int required(String token) {
        Integer id = ids.get(token);
        if (id == null) {
            throw new MalformedTokenizer(
                    "tokenizer: merges name the token \"%s\", wanted it in the vocabulary; do both belong together?"
                            .formatted(token));
        }
        return id;
    }

    private static String[] byId(Map<String, Integer> ids) {
        int highest = ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        String[] tokens = new String[highest + 1];
        ids.forEach((token, id) -> tokens[id] = token);
        return tokens;
    }

    private static long key(int left, int right) {
        return ((long) left << Integer.SIZE) | right;
    }

    /// Number of tokens.
    int size() {
        return ids.size();
    }

    @Nullable Integer id(String token) {
        return ids.get(token);
    }

    @Nullable String token(int id) {
        return id >= 0 && id < tokens.length ? tokens[id] : null;
    }

    /// Hands over the ids of a piece of text.
    void encode(String piece, IntConsumer out) {
        if (ignoreMerges) {
            Integer whole = ids.get(piece);
            if (whole != null) {
                out.accept(whole);
                return;
            }
        }
        new Word(characters(piece)).merged(out);
    }

    private int[] characters(String piece) {
        int[] symbols = new int[piece.length()];
        int count = 0;
        boolean afterUnknown = false;
        for (int i = 0, next; i < piece.length(); i = next) {
            next = piece.offsetByCodePoints(i, 1);
            Integer id = ids.get(piece.substring(i, next));
            if (id != null) {
                symbols[count++] = id;
            } else if (unknown.id() >= 0 && !(unknown.fused() && afterUnknown)) {
                symbols[count++] = unknown.id();
            }
            afterUnknown = id == null;
        }
        return Arrays.copyOf(symbols, count);
    }

    /// A piece while it is merged: symbols in a linked list, and a queue of what could be merged,
    /// so that a piece of n characters takes n log n steps.
    private final class Word {
        private static final int GONE = -1;

        private final int[] symbols;
        private final int[] before;
        private final int[] after;
        private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

        Word(int[] symbols) {
            this.symbols = symbols;
            this.before = new int[symbols.length];
            this.after = new int[symbols.length];
            for (int i = 0; i < symbols.length; i++) {
                before[i] = i - 1;
                after[i] = i + 1;
            }
            for (int i = 0; i + 1 < symbols.length; i++) {
                consider(i);
            }
        }

        void merged(IntConsumer out) {
            for (Candidate c = queue.poll(); c != null; c = queue.poll()) {
                if (stands(c)) {
                    merge(c);
                }
            }
            for (int i = 0; i < symbols.length; i = after[i]) {
                out.accept(symbols[i]);
            }
        }

        private @Nullable Merge mergeAt(int at) {
            int right = after[at];
            return right < symbols.length ? merges.get(key(symbols[at], symbols[right])) : null;
        }

        private void consider(int at) {
            Merge merge = mergeAt(at);
            if (merge != null) {
                queue.add(new Candidate(merge.rank(), at, merge.id()));
            }
        }

        private boolean stands(Candidate c) {
            if (symbols[c.at()] == GONE) {
                return false;
            }
            Merge merge = mergeAt(c.at());
            return merge != null && merge.id() == c.id();
        }

        private void merge(Candidate c) {
            int right = after[c.at()];
            symbols[c.at()] = c.id();
            symbols[right] = GONE;
            after[c.at()] = after[right];
            if (after[right] < symbols.length) {
                before[after[right]] = c.at();
            }
            if (before[c.at()] >= 0) {
                consider(before[c.at()]);
            }
            consider(c.at());
        }
    }
}
