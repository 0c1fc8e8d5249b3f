package lightcache4j.weights;

/// Something to be undone when the process ends, unless it was done in time.
final class ExitHook {
    private final Thread atExit;

    /// @param undo runs on a thread of its own while the process ends
    ExitHook(String name, Runnable undo) {
        this.atExit = new Thread(undo, name);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /// Forgets it: there is nothing left to undo.
    ///
    /// @return false if the process is ending, and it runs all the same
    boolean cancel() {
        try {
            return Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ending) {
            return false;
        }
    }
}
