package lightcache4j.bench.cases;

import java.util.ArrayList;
import java.util.List;

/// All cases: odd sizes, boundaries, lengths of 0 and 1, tails of vectors, every type of weight.
public final class OpCases {
    private OpCases() {}

    public static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        cases.addAll(SequenceCases.all());
        cases.addAll(VideoCases.all());
        cases.addAll(NormCases.all());
        cases.addAll(PlainCases.all());
        return cases;
    }
}
