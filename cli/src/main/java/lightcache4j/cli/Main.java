package lightcache4j.cli;

import lightcache4j.tensors.EngineException;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// The program: `lightcache4j COMMAND …`.
@Command(
        name = "lightcache4j",
        description = "Generates video with diffusion models, on the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            Generate.class,
            Calibrate.class,
            Inspect.class,
            Tokenize.class,
            Trace.class,
            Compare.class,
            Ablate.class,
            Doctor.class,
            Completion.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:a fault of the program itself; --verbose shows where",
            "2:the command line is not understood",
            "3:an input or a checkpoint is not what it should be, or cannot do what was asked",
            "4:an output cannot be written",
            "5:numbers became NaN or infinite",
            "6:memory did not suffice, or would not",
            "70:no JDK was found, or the build failed (the launcher's)",
            "130, 143:interrupted, terminated"
        })
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Tell more: the backend, the checkpoint; where a failure came from.")
    private boolean verbose;

    private Main() {}

    /// Runs one command and exits with its code.
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(errors(), true, StandardCharsets.UTF_8);
        int code = run(out, err, args);
        out.flush();
        System.exit(code);
    }

    /// Standard error. The launcher may hand it over in the place of standard input, of which
    /// nothing is read, and leave out what the JVM itself says of incubator modules on every start.
    private static PrintStream errors() {
        if (Boolean.getBoolean("lightcache4j.errors-on-0")) {
            OutputStream handed = new FileOutputStream(FileDescriptor.in);
            System.setErr(new PrintStream(handed, true, StandardCharsets.UTF_8));
        }
        return System.err;
    }

    /// Runs one command.
    ///
    /// @param out where results go
    /// @param err where progress and the one line of a failure go
    /// @return an [ExitCode]
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        Main main = new Main();
        CommandLine line =
                new CommandLine(main)
                        .setOut(out)
                        .setErr(err)
                        .setOverwrittenOptionsAllowed(true)
                        .setParameterExceptionHandler((e, _) -> misunderstood(e))
                        .setExecutionExceptionHandler((e, c, _) -> main.failed(e, c));
        try {
            return line.execute(args);
        } catch (OutOfMemoryError | StackOverflowError e) {
            return main.failed(e, line);
        }
    }

    /// Asked for nothing, it says what there is.
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command is given");
    }

    private static int misunderstood(ParameterException e) {
        CommandLine line = e.getCommandLine();
        String message = Objects.requireNonNullElse(e.getMessage(), "not understood");
        line.getErr()
                .printf(
                        "%s: %s; see %s --help%n",
                        line.getCommandSpec().qualifiedName(),
                        message.lines().findFirst().orElse(message),
                        line.getCommandSpec().qualifiedName());
        return ExitCode.USAGE;
    }

    private int failed(Throwable failure, CommandLine line) {
        PrintWriter err = line.getErr();
        err.println("lightcache4j: " + describe(failure));
        if (verbose) {
            failure.printStackTrace(err);
        }
        return ExitCode.of(failure);
    }

    private static String describe(Throwable failure) {
        String message = String.valueOf(failure.getMessage()).replaceAll("\\s*\\R\\s*", " ");
        return switch (failure) {
            case EngineException _ -> message;
            case OutOfMemoryError _ ->
                    "memory: the JVM ran out of it (%s); fewer --frames or a smaller --width and --height need less, -Xmx in LIGHTCACHE4J_OPTS gives more"
                            .formatted(message);
            default ->
                    "internal error: %s: %s; --verbose shows where, please report it"
                            .formatted(failure.getClass().getSimpleName(), message);
        };
    }
}
