package lightcache4j.cli;

import java.io.PrintWriter;

/// Says one line if the program is interrupted before this is closed.
final class Interruption implements AutoCloseable {
    private final Thread hook;

    Interruption(PrintWriter err, String line) {
        hook =
                new Thread(
                        () -> {
                            err.println("lightcache4j: " + line);
                            err.flush();
                        });
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            return; // it is being said
        }
    }
}
