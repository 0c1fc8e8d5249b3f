package lightcache4j.cli.timeline;

import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import lightcache4j.tensors.EngineException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/// The engine's own events of a flight recording.
///
/// @param spans by when they began; nested ones after those that they are nested in
public record Recording(List<Span> spans) {
    private static final String OURS = "lightcache4j.";

    /// @throws EngineException if the file is no recording, or has no sites in it
    public static Recording read(Path file) {
        List<RecordedEvent> events = new ArrayList<>();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (event.getEventType().getName().startsWith(OURS)) {
                    events.add(event);
                }
            }
        } catch (IOException e) {
            throw new EngineException(
                    "timeline: %s cannot be read (%s), wanted a flight recording"
                            .formatted(file, e.getMessage()),
                    e);
        }
        return new Recording(spans(events, file));
    }

    private static List<Span> spans(List<RecordedEvent> events, Path file) {
        events.sort(
                Comparator.comparing(RecordedEvent::getStartTime)
                        .thenComparing(RecordedEvent::getEndTime, Comparator.reverseOrder()));
        Instant begin =
                events.stream()
                        .filter(event -> lane(event) == Lane.SITE)
                        .map(RecordedEvent::getStartTime)
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new EngineException(
                                                "timeline: %s has no sites in it, wanted a recording of generate; see docs/memory.md"
                                                        .formatted(file)));
        List<Span> spans = new ArrayList<>();
        Deque<Instant> open = new ArrayDeque<>();
        for (RecordedEvent event : events) {
            Lane lane = lane(event);
            if (lane == null) {
                continue;
            }
            int depth = 0;
            if (lane == Lane.SITE) {
                while (!open.isEmpty() && !open.peek().isAfter(event.getStartTime())) {
                    open.pop();
                }
                depth = open.size();
                open.push(event.getEndTime());
            }
            spans.add(span(lane, depth, event, begin));
        }
        return List.copyOf(spans);
    }

    private static Span span(Lane lane, int depth, RecordedEvent event, Instant begin) {
        String phase = event.hasField("phase") ? event.getString("phase") : "";
        String name = event.hasField("path") ? event.getString("path") : "";
        return new Span(
                lane,
                depth,
                phase,
                name,
                millis(begin, event.getStartTime()),
                millis(begin, event.getEndTime()));
    }

    private static double millis(Instant begin, Instant at) {
        return Duration.between(begin, at).toNanos() * 1e-6;
    }

    private static @Nullable Lane lane(RecordedEvent event) {
        return switch (event.getEventType().getName().substring(OURS.length())) {
            case "Site" -> Lane.SITE;
            case "SwapWait", "FetchWait" -> Lane.WAIT;
            case "Swap" -> event.getString("direction").equals("out") ? Lane.OUT : Lane.IN;
            case "Fetch" -> Lane.FETCH;
            default -> null;
        };
    }

    /// When the last event ended.
    public double end() {
        return spans.stream().mapToDouble(Span::end).max().orElse(0);
    }

    /// A run of sites of one stage.
    ///
    /// @param name of the stage
    /// @param start milliseconds after the first site began
    /// @param end when its last site ended
    public record Stretch(String name, double start, double end) {}

    /// The stages within a window, in order.
    public List<Stretch> stages(double from, double to) {
        List<Stretch> stages = new ArrayList<>();
        for (Span span : spans) {
            if (span.lane() != Lane.SITE || span.depth() > 0 || !span.touches(from, to)) {
                continue;
            }
            String name = span.phase().split(",", 2)[0];
            Stretch last = stages.isEmpty() ? null : stages.getLast();
            if (last != null && last.name().equals(name)) {
                stages.set(stages.size() - 1, new Stretch(name, last.start(), span.end()));
            } else {
                stages.add(new Stretch(name, span.start(), span.end()));
            }
        }
        return stages;
    }

    /// Milliseconds that a lane was busy within a window.
    public double busy(Lane lane, double from, double to) {
        return spans.stream()
                .filter(span -> span.lane() == lane && span.depth() == 0)
                .mapToDouble(span -> span.within(from, to))
                .sum();
    }

    /// How many spans of a lane a window touches.
    public long count(Lane lane, double from, double to) {
        return spans.stream().filter(span -> span.lane() == lane && span.touches(from, to)).count();
    }
}
