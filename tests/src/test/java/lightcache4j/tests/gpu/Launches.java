package lightcache4j.tests.gpu;

import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.StackTrace;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import lightcache4j.model.pipeline.Listener;
import lightcache4j.tensors.Stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/// Kernels that ran while something was recorded, with what TornadoVM's profiler says of each.
///
/// @param all in the order in which they began
record Launches(List<Launch> all) {
    private static final String LAUNCH = "lightcache4j.Launch";
    private static final String MARK = "lightcache4j.tests.Mark";

    /// One of them.
    ///
    /// @param stage of the run
    /// @param done what was finished of the stage before: steps, frames
    /// @param kernel which
    /// @param moved bytes that were asked to be copied; 0 of a computation
    /// @param toDevice bytes that TornadoVM copied up
    /// @param toHost bytes that TornadoVM copied down
    /// @param held bytes taken of the device's arrays
    record Launch(
            Stage stage,
            int done,
            String kernel,
            long moved,
            long toDevice,
            long toHost,
            long held) {
        boolean goesUp() {
            return kernel.startsWith("UPLOAD");
        }

        boolean comesDown() {
            return kernel.equals("DOWNLOAD");
        }
    }

    /// How far the run is, in the recording.
    @Name(MARK)
    @StackTrace(false)
    @SuppressWarnings("UnusedVariable") // the recorder reads the fields
    private static final class Mark extends Event {
        private final String stage;
        private final int done;

        private Mark(Stage stage, int done) {
            this.stage = stage.name();
            this.done = done;
        }
    }

    private static final class Marking implements Listener {
        private Stage stage = Stage.LOAD;

        @Override
        public void stage(Stage entered) {
            stage = entered;
            new Mark(stage, 0).commit();
        }

        @Override
        public void progress(int done, int total) {
            new Mark(stage, done).commit();
        }
    }

    /// Records a run, which tells the listener how far it is.
    static Launches of(Consumer<Listener> run) {
        try (Recording recording = new Recording()) {
            recording.enable(LAUNCH);
            recording.enable(MARK);
            recording.start();
            run.accept(new Marking());
            recording.stop();
            Path file = Files.createTempFile("launches", ".jfr");
            try {
                recording.dump(file);
                return new Launches(read(RecordingFile.readAllEvents(file)));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Launch> read(List<RecordedEvent> events) {
        List<Launch> launches = new ArrayList<>();
        Stage stage = Stage.LOAD;
        int done = 0;
        for (RecordedEvent e :
                events.stream()
                        .sorted(Comparator.comparing(RecordedEvent::getStartTime))
                        .toList()) {
            String type = e.getEventType().getName();
            if (type.equals(MARK)) {
                stage = Stage.valueOf(Objects.requireNonNull(e.getString("stage")));
                done = e.getInt("done");
            } else if (type.equals(LAUNCH)) {
                launches.add(
                        new Launch(
                                stage,
                                done,
                                Objects.requireNonNull(e.getString("kernel")),
                                e.getLong("moved"),
                                e.getLong("toDevice"),
                                e.getLong("toHost"),
                                e.getLong("held")));
            }
        }
        return launches;
    }

    /// Those of a stage.
    Launches in(Stage stage) {
        return new Launches(all.stream().filter(l -> l.stage() == stage).toList());
    }

    /// Those after `done` pieces of their stage.
    Launches after(int done) {
        return new Launches(all.stream().filter(l -> l.done() == done).toList());
    }

    /// Sizes of what goes up, in order.
    List<Long> up() {
        return all.stream().filter(Launch::goesUp).map(Launch::moved).toList();
    }

    /// Sizes of what comes down, in order.
    List<Long> down() {
        return all.stream().filter(Launch::comesDown).map(Launch::moved).toList();
    }

    /// Bytes that were asked to be copied, either way.
    long moved() {
        return all.stream().mapToLong(Launch::moved).sum();
    }

    /// The most bytes that were taken of the device's arrays.
    long mostHeld() {
        return all.stream().mapToLong(Launch::held).max().orElse(0);
    }
}
