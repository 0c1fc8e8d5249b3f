package lightcache4j.cli.ablate;

import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// The rows beside the baseline, in the order of the report and in that of a round.
///
/// @param units rows that are run one right after the other, in the order of the report: most are
///   alone, and `fewer-steps` follows `lightcache`, which tells it how many steps to take
record Contenders(List<List<Contender>> units) {
    /// The row with all techniques.
    static final String ALL = "lightcache";

    /// The row that caches and does nothing else.
    static final String CACHE = "cache";

    /// @param cache as `--cache` takes it
    /// @param caching what that means
    static Contenders of(
            String cache, SessionFactory caching, int chunks, List<Contender> policies) {
        List<List<Contender>> units = new ArrayList<>();
        techniques(chunks)
                .forEach(
                        (name, economy) ->
                                units.add(
                                        List.of(
                                                new Contender(
                                                        name,
                                                        describe(cache, economy),
                                                        caching,
                                                        economy))));
        List<Contender> last = units.getLast();
        units.set(units.size() - 1, List.of(last.getFirst(), Contender.FEWER_STEPS));
        policies.forEach(policy -> units.add(List.of(policy)));
        return new Contenders(units);
    }

    private static Map<String, Economy> techniques(int chunks) {
        Economy none = Economy.NONE;
        Map<String, Economy> techniques = new LinkedHashMap<>();
        techniques.put(CACHE, none);
        techniques.put(CACHE + "+swap", none.withSwap(true));
        techniques.put(CACHE + "+chunk", none.withChunks(chunks));
        techniques.put(CACHE + "+slice", none.withSlice(true));
        techniques.put(ALL, none.withSwap(true).withChunks(chunks).withSlice(true));
        return techniques;
    }

    private static String describe(String cache, Economy economy) {
        StringBuilder how = new StringBuilder(cache);
        if (economy.swap().leave()) {
            how.append("; what is kept lives outside working memory between uses");
        }
        if (economy.chunks() > 1) {
            how.append("; the largest layers computed in %d pieces".formatted(economy.chunks()));
        }
        if (economy.slice()) {
            how.append("; frames leave as they are decoded");
        }
        return how.toString();
    }

    /// The rows that differ in technique alone.
    List<Contender> techniques() {
        return all().stream()
                .filter(row -> row.name().startsWith(CACHE) || row.name().equals(ALL))
                .toList();
    }

    /// All of them, in the order of the report: `fewer-steps` stands last.
    List<Contender> all() {
        List<Contender> all = new ArrayList<>();
        units.forEach(all::addAll);
        all.remove(Contender.FEWER_STEPS);
        all.add(Contender.FEWER_STEPS);
        return all;
    }

    /// An order for a round, drawn: no row is always early or late, or always after the same one.
    List<List<Contender>> order(Random random) {
        List<List<Contender>> order = new ArrayList<>(units);
        Collections.shuffle(order, random);
        return order;
    }
}
