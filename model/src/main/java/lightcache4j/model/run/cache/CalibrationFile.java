package lightcache4j.model.run.cache;

import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.weights.Config;
import lightcache4j.weights.UnwritableFile;
import lightcache4j.weights.WholeFile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A [Calibration] as JSON.
public final class CalibrationFile {
    /// The name that is looked for beside a model.
    public static final String NAME = "lightcache4j_calibration.json";

    private static final int FORMAT = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private CalibrationFile() {}

    /// Reads a calibration.
    ///
    /// @throws lightcache4j.weights.MalformedConfig if it is missing or no calibration
    public static Calibration read(Path file) {
        Config c = Config.read(file);
        if (c.integer("format") != FORMAT) {
            throw c.unsupported("format", c.integer("format"), Integer.toString(FORMAT));
        }
        Config s = c.child("setup");
        Calibration.Setup setup =
                new Calibration.Setup(
                        s.integer("steps"),
                        s.integer("width"),
                        s.integer("height"),
                        s.integer("frames"),
                        s.real("guidance"),
                        s.integer("runs"));
        return new Calibration(
                setup,
                c.reals("mag_ratios"),
                c.reals("coefficients"),
                errors(c.child("errors")),
                candidates(c));
    }

    private static Map<String, List<List<Double>>> errors(Config kinds) {
        Map<String, List<List<Double>>> errors = new TreeMap<>();
        for (Layers layers : Layers.values()) {
            Config rows = kinds.child(layers.key());
            List<List<Double>> steps = new ArrayList<>();
            for (int i = 0; i < rows.json().size(); i++) {
                steps.add(rows.reals(Integer.toString(i)));
            }
            errors.put(layers.key(), steps);
        }
        return errors;
    }

    private static List<Calibration.Candidate> candidates(Config c) {
        Config tried = c.child("candidates");
        List<Calibration.Candidate> candidates = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : tried.json().properties()) {
            Config one = tried.child(entry.getKey());
            candidates.add(
                    new Calibration.Candidate(
                            entry.getKey(), one.real("computed"), one.reals("psnr")));
        }
        return candidates;
    }

    /// Writes a calibration, whole or not at all.
    ///
    /// @throws UnwritableFile if that cannot be done
    public static void write(Path file, Calibration calibration) {
        ObjectNode node = JSON.createObjectNode();
        node.put("format", FORMAT);
        Calibration.Setup s = calibration.setup();
        node.putObject("setup")
                .put("steps", s.steps())
                .put("width", s.width())
                .put("height", s.height())
                .put("frames", s.frames())
                .put("guidance", s.guidance())
                .put("runs", s.runs());
        put(node.putArray("mag_ratios"), calibration.magRatios());
        put(node.putArray("coefficients"), calibration.coefficients());
        ObjectNode errors = node.putObject("errors");
        new TreeMap<>(calibration.errors())
                .forEach((kind, steps) -> putSteps(errors.putObject(kind), steps));
        ObjectNode candidates = node.putObject("candidates");
        for (Calibration.Candidate candidate : calibration.candidates()) {
            ObjectNode one = candidates.putObject(candidate.cache());
            one.put("computed", candidate.computed());
            put(one.putArray("psnr"), candidate.psnr());
        }
        try (WholeFile whole = WholeFile.create(file)) {
            whole.stream().write(text(node).getBytes(StandardCharsets.UTF_8));
            whole.commit();
        } catch (IOException refused) {
            throw new UnwritableFile(file, "cannot be written, wanted a place with room", refused);
        }
    }

    private static String text(ObjectNode node) throws IOException {
        return JSON.writer(new DefaultPrettyPrinter()).writeValueAsString(node) + "\n";
    }

    private static void put(ArrayNode array, List<Double> values) {
        values.forEach(array::add);
    }

    private static void putSteps(ObjectNode kind, List<List<Double>> steps) {
        for (int i = 0; i < steps.size(); i++) {
            put(kind.putArray(Integer.toString(i)), steps.get(i));
        }
    }
}
