package lightcache4j.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/// Typed reading of a checkpoint's `config.json`. A field that is missing or `null` takes the given
/// default; one of another type is an error that names the file, the field, what it is and what was
/// wanted.
///
/// Configuration records are built from it, one line per field:
///
/// ```java
/// static Config of(lightcache4j.weights.Config c) {
///     return new Config(
///             c.integer("num_layers", 48),
///             c.real("norm_eps", 1e-5),
///             c.text("activation_fn", "gelu-approximate"));
/// }
/// ```
public final class Config {
    // Python writes NaN and Infinity into configurations, and so reads them.
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final String where;
    private final JsonNode node;

    /// @param where what messages call it, such as `transformer/config.json`
    public Config(String where, JsonNode node) {
        if (!node.isObject()) {
            throw new MalformedConfig(
                    "%s: is %s, wanted a JSON object".formatted(where, node.getNodeType()));
        }
        this.where = where;
        this.node = node;
    }

    /// Reads a JSON file; messages call it by its path.
    ///
    /// @throws MalformedConfig if it is missing, cannot be read, or is no JSON object
    public static Config read(Path file) {
        return read(file, file.toString());
    }

    /// Reads a JSON file.
    ///
    /// @param where what messages call it
    /// @throws MalformedConfig if it is missing, cannot be read, or is no JSON object
    public static Config read(Path file, String where) {
        try {
            return new Config(where, JSON.readTree(Files.readString(file)));
        } catch (NoSuchFileException missing) {
            throw new MalformedConfig(
                    where + ": is missing, wanted a JSON file; is the download complete?", missing);
        } catch (JsonProcessingException broken) {
            throw new MalformedConfig(
                    "%s: is no JSON in line %d (%s), wanted a JSON object; is the file damaged?"
                            .formatted(
                                    where, line(broken), Printable.of(broken.getOriginalMessage())),
                    broken);
        } catch (CharacterCodingException broken) {
            throw new MalformedConfig(
                    where + ": is not UTF-8, wanted JSON in UTF-8; is the file damaged?", broken);
        } catch (IOException refused) {
            throw new MalformedConfig(
                    "%s: cannot be read (%s), wanted a JSON file"
                            .formatted(where, refused.getMessage()),
                    refused);
        }
    }

    private static int line(JsonProcessingException broken) {
        return broken.getLocation() == null ? 1 : broken.getLocation().getLineNr();
    }

    /// What messages call it.
    public String where() {
        return where;
    }

    /// The JSON behind it.
    public JsonNode json() {
        return node;
    }

    /// Whether the field is there and not `null`.
    public boolean has(String name) {
        return node.hasNonNull(name);
    }

    /// The object in field `name`.
    ///
    /// @throws MalformedConfig if it is missing or no object
    public Config child(String name) {
        return new Config(where + " " + name, field(name, JsonNode::isObject, "an object"));
    }

    /// @throws MalformedConfig if the field is missing or no integer
    public int integer(String name) {
        return field(name, Config::isInt, "an integer").intValue();
    }

    public int integer(String name, int absent) {
        return has(name) ? integer(name) : absent;
    }

    /// @throws MalformedConfig if the field is missing or no number
    public double real(String name) {
        return field(name, JsonNode::isNumber, "a number").doubleValue();
    }

    public double real(String name, double absent) {
        return has(name) ? real(name) : absent;
    }

    /// @throws MalformedConfig if the field is missing or neither `true` nor `false`
    public boolean flag(String name) {
        return field(name, JsonNode::isBoolean, "true or false").booleanValue();
    }

    public boolean flag(String name, boolean absent) {
        return has(name) ? flag(name) : absent;
    }

    /// @throws MalformedConfig if the field is missing or no string
    public String text(String name) {
        return field(name, JsonNode::isTextual, "a string").textValue();
    }

    public String text(String name, String absent) {
        return has(name) ? text(name) : absent;
    }

    /// [#text], or null if the field is missing.
    public @Nullable String textOrNull(String name) {
        return has(name) ? text(name) : null;
    }

    /// @throws MalformedConfig if the field is missing or no list of integers
    public List<Integer> integers(String name) {
        return list(name, Config::isInt, "integers", JsonNode::intValue);
    }

    /// @throws MalformedConfig if the field is missing or no list of numbers
    public List<Double> reals(String name) {
        return list(name, JsonNode::isNumber, "numbers", JsonNode::doubleValue);
    }

    /// @throws MalformedConfig if the field is missing or no list of strings
    public List<String> texts(String name) {
        return list(
                name, JsonNode::isTextual, "strings", n -> Objects.requireNonNull(n.textValue()));
    }

    // 2.0 is an integer, as Python may write one; 1.5 is not, though Jackson would cut it to 1.
    private static boolean isInt(JsonNode value) {
        return value.canConvertToExactIntegral() && value.canConvertToInt();
    }

    private <T> List<T> list(
            String name, Predicate<JsonNode> fits, String wanted, Function<JsonNode, T> value) {
        JsonNode list = field(name, JsonNode::isArray, "a list of " + wanted);
        List<T> values = new ArrayList<>();
        for (JsonNode item : list) {
            if (!fits.test(item)) {
                throw new MalformedConfig(
                        "%s: %s holds %s, wanted a list of %s"
                                .formatted(where, name, shown(item), wanted));
            }
            values.add(value.apply(item));
        }
        return List.copyOf(values);
    }

    private JsonNode field(String name, Predicate<JsonNode> fits, String wanted) {
        JsonNode value = node.get(name);
        if (value == null || value.isNull()) {
            throw new MalformedConfig(
                    "%s: %s is missing, wanted %s".formatted(where, name, wanted));
        }
        if (!fits.test(value)) {
            throw new MalformedConfig(
                    "%s: %s is %s, wanted %s".formatted(where, name, shown(value), wanted));
        }
        return value;
    }

    /// The error to throw where `name` has a value that the engine has no code for
    public MalformedConfig unsupported(String name, Object value, String wanted) {
        return new MalformedConfig(
                "%s: %s is %s, wanted %s".formatted(where, name, shown(value), wanted));
    }

    private static String shown(Object value) {
        return Printable.of(value.toString());
    }
}
