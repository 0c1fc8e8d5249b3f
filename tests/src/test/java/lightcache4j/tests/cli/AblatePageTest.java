package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

/// The page that `ablate --html` writes.
class AblatePageTest {
    private static final String PROMPT = "a <script>\"red\"</script> & blue \u0007 circle";

    @TempDir private static Path folder;

    private static String text;
    private static Document page;

    @BeforeAll
    static void write() throws IOException, ParserConfigurationException, SAXException {
        Path prompts = folder.resolve("prompts.txt");
        Files.writeString(prompts, PROMPT);
        Path file = folder.resolve("report.html");
        List<Object> words =
                AblateTest.words(
                        prompts,
                        "--html",
                        file,
                        "--cache",
                        "uniform:interval=2",
                        "--policies",
                        "uniform:interval=2,pab:timesteps=100;950,first-block:threshold=0");
        Program.done(words.toArray());
        text = Files.readString(file);
        page =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static List<Element> all(String tag) {
        NodeList found = page.getElementsByTagName(tag);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < found.getLength(); i++) {
            elements.add((Element) found.item(i));
        }
        return elements;
    }

    @Test
    void nothingIsLoadedFromElsewhere() {
        assertFalse(text.contains("://"), "an address");
        assertFalse(text.contains("url("), "a file of a style sheet");
        assertFalse(text.contains("@import"), "a style sheet");
        assertEquals(List.of(), all("script"));
        assertEquals(List.of(), all("link"));
        all("img").forEach(img -> assertTrue(img.getAttribute("src").startsWith("data:")));
        all("source").forEach(s -> assertTrue(s.getAttribute("srcset").startsWith("data:")));
    }

    @Test
    void thePromptIsTextAndNothingElse() {
        assertTrue(
                page.getDocumentElement()
                        .getTextContent()
                        .contains(PROMPT.replace('\u0007', '\ufffd')));
    }

    @Test
    void clipsMoveAndRowsThatMadeTheSameShareOne() throws IOException {
        List<String> names =
                all("figure").stream()
                        .filter(figure -> figure.getElementsByTagName("img").getLength() > 0)
                        .map(figure -> figure.getElementsByTagName("b").item(0).getTextContent())
                        .toList();
        assertEquals(
                List.of(
                        "baseline, policy:first-block",
                        "cache, cache+swap, cache+chunk, cache+slice, lightcache, policy:uniform",
                        "policy:pab",
                        "fewer-steps"),
                names);
        String gif = all("img").getFirst().getAttribute("src").replaceFirst(".*base64,", "");
        try (var in =
                ImageIO.createImageInputStream(
                        new ByteArrayInputStream(Base64.getDecoder().decode(gif)))) {
            var reader = ImageIO.getImageReadersByFormatName("gif").next();
            reader.setInput(in);
            assertEquals(5, reader.getNumImages(true));
            assertEquals(48, reader.getWidth(0));
        }
    }

    @Test
    void memoryOverTimeNamesItsParts() {
        String legend = all("ul").getLast().getTextContent();
        for (String part : List.of("activations", "kept features", "coder state")) {
            assertTrue(legend.contains(part), legend);
        }
        List<String> plots =
                all("svg").stream()
                        .map(svg -> svg.getAttribute("aria-label"))
                        .filter(label -> label.startsWith("Memory of"))
                        .toList();
        assertEquals(6, plots.size(), plots.toString());
        for (Element svg : all("svg")) {
            assertFalse(svg.getAttribute("aria-label").isEmpty());
            assertEquals("img", svg.getAttribute("role"));
        }
    }

    @Test
    void thePlotHasEveryPolicy() {
        String label = all("svg").getFirst().getAttribute("aria-label");
        for (String name : List.of("uniform:", "pab:", "lightcache:", "fewer-steps:")) {
            assertTrue(label.contains(name), label);
        }
        String caption = all("figcaption").getFirst().getTextContent();
        assertTrue(caption.endsWith("Not shown, equal to the baseline: first-block."), caption);
    }

    @Test
    void tablesHaveHeadsForRowsAndColumns() {
        assertEquals(4, all("table").size());
        assertEquals(4, all("caption").size());
        for (Element head : all("th")) {
            assertTrue(List.of("row", "col").contains(head.getAttribute("scope")));
            assertFalse(head.getTextContent().isBlank());
        }
        for (Element row : all("tr")) {
            assertEquals("th", row.getFirstChild().getNodeName());
        }
    }

    @Test
    void itCanBeReadWithoutSeeingIt() {
        assertEquals("en", page.getDocumentElement().getAttribute("lang"));
        assertEquals(1, all("h1").size());
        assertFalse(all("title").getFirst().getTextContent().isBlank());
        all("img").forEach(img -> assertFalse(img.getAttribute("alt").isBlank()));
        assertTrue(text.contains("prefers-color-scheme: dark"));
        assertTrue(text.contains("(prefers-reduced-motion: reduce)"));
    }
}
