package lightcache4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

import lightcache4j.cli.media.CannotRead;
import lightcache4j.model.text.Tokenizer;
import lightcache4j.weights.ModelFolder;
import lightcache4j.weights.ModelSource;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// Prints the token ids of texts.
@Command(
        name = "tokenize",
        description = {
            "Prints the token ids of texts as JSON, one list for each text.",
            "",
            "Special tokens are added as the tokenizer adds them by itself; no chat template is "
                    + "applied, nothing is cut or padded. Texts of --file come before those given as "
                    + "arguments."
        })
final class Tokenize implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin private ModelOptions model = new ModelOptions();

    @Option(names = "--file", paramLabel = "JSON", description = "A JSON list of texts.")
    private @Nullable Path file;

    @Parameters(paramLabel = "TEXT", arity = "0..*", description = "Texts.")
    private List<String> texts = new ArrayList<>();

    @Override
    public Integer call() {
        List<String> all = new ArrayList<>(file == null ? List.of() : listed(file));
        all.addAll(texts);
        if (file == null && all.isEmpty()) {
            throw new UsageFailure("tokenize: no text is given, wanted --file or TEXT");
        }
        ArrayNode lists = new ObjectMapper().createArrayNode();
        try (ModelSource source = model.open()) {
            Tokenizer tokenizer = Tokenizer.load(folder(source.path()));
            for (String text : all) {
                ArrayNode ids = lists.addArray();
                for (int id : tokenizer.encode(text)) {
                    ids.add(id);
                }
            }
        }
        spec.commandLine().getOut().println(lists);
        spec.commandLine().getOut().flush();
        return ExitCode.OK;
    }

    /// The tokenizer of a pipeline, or the folder itself.
    private static Path folder(Path model) {
        return Files.exists(model.resolve("model_index.json"))
                ? ModelFolder.open(model).component("tokenizer").path()
                : model;
    }

    private static List<String> listed(Path file) {
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new CannotRead(file, e);
        }
        List<String> texts = new ArrayList<>();
        if (!json.isArray()) {
            throw new CannotRead(file, "is " + json.getNodeType() + ", wanted a list of strings");
        }
        for (JsonNode text : json) {
            if (!text.isTextual()) {
                throw new CannotRead(file, "holds " + text + ", wanted a list of strings");
            }
            texts.add(text.textValue());
        }
        return texts;
    }
}
