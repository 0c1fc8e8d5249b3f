package lightcache4j.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The program: `lightcache4j COMMAND`.
@Command(name = "lightcache4j", mixinStandardHelpOptions = true, version = "lightcache4j 0.1.0")
public final class Main {
    private Main() {}

    /// Runs one command and exits with its code.
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
