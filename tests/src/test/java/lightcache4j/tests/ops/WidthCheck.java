package lightcache4j.tests.ops;

import lightcache4j.bench.cases.OpCase;
import lightcache4j.bench.cases.OpCases;
import lightcache4j.tensors.Backend;
import lightcache4j.tests.parity.Backends;

import java.util.ArrayList;
import java.util.List;

/// Compares all cases once in the JVM that it is started in; fails with the list of those that are
/// off.
final class WidthCheck {
    private WidthCheck() {}

    /// @param args how many numbers a vector should have
    public static void main(String[] args) {
        List<String> wrong = new ArrayList<>();
        try (Backend reference = open("reference");
                Backend cpu = open("cpu")) {
            if (!cpu.description().contains("vectors of " + args[0] + " float32")) {
                wrong.add("the backend is " + cpu.description() + ", wanted vectors of " + args[0]);
            }
            for (OpCase c : OpCases.all()) {
                float[] expected = c.run(reference.ops()).toFloats();
                double error = OpCase.error(expected, c.run(cpu.ops()).toFloats());
                if (!(error <= c.bound())) {
                    wrong.add(c + " is off by " + error);
                }
            }
        }
        if (!wrong.isEmpty()) {
            throw new AssertionError(String.join("\n", wrong));
        }
    }

    private static Backend open(String name) {
        return Backends.all().stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow()
                .open(2);
    }
}
