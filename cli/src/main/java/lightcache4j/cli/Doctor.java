package lightcache4j.cli;

import lightcache4j.tensors.Backend;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/// Says which backends work here, and tries each.
@Command(
        name = "doctor",
        description = {
            "Says which backends can work on this machine, what they found, and what is missing; runs"
                    + " each operation of those that can once and compares it with the reference.",
            "With --backend, of that one alone."
        })
final class Doctor implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private EngineOptions engine = new EngineOptions();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (String line : new Version().getVersion()) {
            out.println(line);
        }
        List<Backend.Provider> providers = engine.providers();
        boolean sound = true;
        for (Backend.Provider provider : providers) {
            out.printf("%n%s%n", provider.name());
            Optional<String> refusal = provider.refusal();
            refusal.ifPresent(why -> out.println("  cannot work here: " + why));
            if (refusal.isEmpty()) {
                sound &= examine(provider, out);
            }
        }
        if (engine.isUndecided() && Backends.all().stream().noneMatch(Doctor::isGpu)) {
            out.printf("%ngpu%n  cannot work here: %s%n", Backends.NO_GPU);
        }
        out.flush();
        return sound ? ExitCode.OK : ExitCode.INTERNAL;
    }

    private static boolean isGpu(Backend.Provider provider) {
        return provider.name().equals("gpu");
    }

    private boolean examine(Backend.Provider provider, PrintWriter out) {
        provider.findings().forEach(line -> out.println("  " + line));
        int passed = 0;
        try (Backend reference = Backends.provider("reference").open(1);
                Backend backend = provider.open(engine.threads())) {
            out.println("  " + backend.description());
            var outcomes = SelfCheck.run(backend, reference).values();
            for (SelfCheck.Outcome outcome : outcomes) {
                out.printf(
                        "  %-28s %-4s %s%n",
                        outcome.operation(), outcome.passed() ? "ok" : "BAD", outcome.finding());
                passed += outcome.passed() ? 1 : 0;
            }
            out.printf("  %d of %d agree with the reference%n", passed, outcomes.size());
            return passed == outcomes.size();
        }
    }
}
