package lightcache4j.cli;

import lightcache4j.model.pipeline.Listener;
import lightcache4j.tensors.Stage;

import java.io.PrintWriter;
import java.util.Locale;

/// Shows how far a run has come: a bar that is drawn over on a terminal, a line now and then
/// elsewhere. Notes appear whatever is shown.
final class Progress implements Listener {
    private static final int WIDTH = 30;
    private static final double SECONDS_BETWEEN_LINES = 10;
    private static final String ERASE_LINE = "\r\033[K";

    private final PrintWriter err;
    private final Show shown;
    private String stage = "";
    private long stageStart;
    private int done;
    private int total;
    private long firstDone;
    private long lastLine;
    private boolean barShown;

    /// How progress is shown.
    enum Show {
        NOTHING,
        LINES,
        BAR;

        /// A bar where standard error is a terminal; the launcher looks, since Java cannot.
        static Show of(boolean quiet) {
            if (quiet) {
                return NOTHING;
            }
            return Boolean.getBoolean("lightcache4j.terminal") ? BAR : LINES;
        }
    }

    Progress(PrintWriter err, Show shown) {
        this.err = err;
        this.shown = shown;
    }

    @Override
    public void stage(Stage begun) {
        begin(begun.name().toLowerCase(Locale.ROOT));
    }

    /// Something other than a stage begins.
    void begin(String named) {
        finish();
        stage = named;
        stageStart = System.nanoTime();
        lastLine = stageStart;
        done = 0;
        total = 0;
        show();
    }

    @Override
    public void progress(int nowDone, int ofTotal) {
        done = nowDone;
        total = ofTotal;
        if (done == 1) {
            firstDone = System.nanoTime();
        }
        show();
    }

    @Override
    public void notice(String line) {
        erase();
        err.println("note: " + line);
        err.flush();
        show();
    }

    private void show() {
        if (shown == Show.NOTHING) {
            return;
        }
        if (shown == Show.BAR) {
            err.print(ERASE_LINE + bar() + "  " + left());
            err.flush();
            barShown = true;
            return;
        }
        long now = System.nanoTime();
        if ((now - lastLine) * 1e-9 >= SECONDS_BETWEEN_LINES && total > 0) {
            err.println("%-8s %d of %d, %s".formatted(stage, done, total, left()));
            err.flush();
            lastLine = now;
        }
    }

    private String bar() {
        int filled = total == 0 ? 0 : WIDTH * done / total;
        String count = total == 0 ? "" : "%d/%d".formatted(done, total);
        return "%-8s [%s%s] %7s"
                .formatted(stage, "#".repeat(filled), ".".repeat(WIDTH - filled), count);
    }

    /// The first piece warms up, so it says little of the others.
    private String left() {
        if (total == 0 || done == 0) {
            return "";
        }
        long now = System.nanoTime();
        double each = done == 1 ? (now - stageStart) * 1e-9 : (now - firstDone) * 1e-9 / (done - 1);
        return String.format(Locale.ROOT, "%.1f s left", each * (total - done));
    }

    /// Ends the current stage: nothing of it stays on a terminal, one line elsewhere.
    void finish() {
        erase();
        if (shown == Show.LINES && !stage.isEmpty()) {
            double seconds = (System.nanoTime() - stageStart) * 1e-9;
            err.println(String.format(Locale.ROOT, "%-8s done in %.1f s", stage, seconds));
            err.flush();
        }
        stage = "";
    }

    private void erase() {
        if (barShown) {
            err.print(ERASE_LINE);
            err.flush();
            barShown = false;
        }
    }
}
