package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import lightcache4j.tests.parity.FixtureCase;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

/// A run that is recorded, and what `timeline` shows of it.
class TimelineTest {
    private static final FixtureCase TEXT = FixtureCase.named("pipelines/text_to_video");

    @TempDir private static Path folder;

    private static Path recorded;

    @BeforeAll
    static void record() throws IOException {
        recorded = folder.resolve("run.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            Path clip = folder.resolve("x.gif");
            Object[] more = {"--swap", "--offload", "block", "--cache", "uniform:interval=2"};
            List<Object> words = new ArrayList<>(List.of("--output", clip));
            words.addAll(List.of(more));
            Generating.done(TEXT, words.toArray());
            recording.stop();
            recording.dump(recorded);
        }
    }

    /// How often each of the engine's events was recorded.
    private static Map<String, Integer> events() throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(recorded)) {
            String name = event.getEventType().getName();
            if (name.startsWith("lightcache4j.")) {
                counts.merge(name.substring("lightcache4j.".length()), 1, Integer::sum);
            }
        }
        return counts;
    }

    private static int times(String said, String lane) {
        return said.lines()
                .filter(line -> line.startsWith(lane))
                .mapToInt(line -> Integer.parseInt(line.replaceAll(".*, (\\d+) times", "$1")))
                .sum();
    }

    @Test
    void totalsCountEveryEvent() throws IOException {
        String said = Program.done("timeline", recorded).out();
        Map<String, Integer> events = events();
        assertEquals(events.get("Site"), times(said, "computing"));
        int copies = times(said, "copying out") + times(said, "copying in");
        assertEquals(events.get("Swap"), copies);
        assertEquals(events.get("Fetch"), times(said, "fetching weights"));
        for (String stage : List.of("encode", "denoise", "decode")) {
            assertEquals(1, said.lines().filter(line -> line.startsWith(stage)).count(), said);
        }
    }

    @Test
    void everySpanIsDrawn() throws IOException, ParserConfigurationException, SAXException {
        Path file = folder.resolve("timeline.svg");
        Program.done("timeline", recorded, "--output", file);
        Document drawing =
                DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        Map<String, Integer> kinds = new HashMap<>();
        NodeList rects = drawing.getElementsByTagName("rect");
        for (int i = 0; i < rects.getLength(); i++) {
            Element rect = (Element) rects.item(i);
            kinds.merge(rect.getAttribute("class"), 1, Integer::sum);
        }
        Map<String, Integer> events = events();
        assertEquals(events.get("Swap"), kinds.get("out") + kinds.get("in"));
        assertEquals(events.get("Fetch"), kinds.get("fetch"));
        assertTrue(kinds.get("attention") > 0 && kinds.get("forward") > 0, kinds.toString());
        assertTrue(Files.readString(file).contains("<title>transformer_blocks.0.attn1 "));
    }

    @Test
    void aWindowShowsLess() {
        String all = Program.done("timeline", recorded).out();
        String some = Program.done("timeline", recorded, "--from", 1, "--length", 2).out();
        assertTrue(times(some, "computing") > 0, some);
        assertTrue(times(some, "computing") < times(all, "computing"), some);
        assertTrue(some.contains("1.00 to 3.00 ms"), some);
    }

    @Test
    void refusesWhatIsNoRecording() throws IOException {
        Path text = folder.resolve("text.jfr");
        Files.writeString(text, "no recording");
        Program.refused(3, "timeline: & text.jfr & flight recording", "timeline", text);
        Program.refused(3, "timeline: & missing.jfr", "timeline", folder.resolve("missing.jfr"));
        Program.refused(2, "--from & 0 or more", "timeline", recorded, "--from", -1);
        Program.refused(2, "the recording ends", "timeline", recorded, "--from", 1e9);
        Path empty = folder.resolve("empty.jfr");
        try (Recording recording = new Recording()) {
            recording.start();
            recording.stop();
            recording.dump(empty);
        }
        Program.refused(3, "has no sites & generate", "timeline", empty);
        assertFalse(Files.exists(folder.resolve("x.svg")));
    }
}
