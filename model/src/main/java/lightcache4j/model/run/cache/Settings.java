package lightcache4j.model.run.cache;

import lightcache4j.weights.Config;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The `key=value` pairs given to a policy.
final class Settings {
    private final String policy;
    private final Map<String, String> given;
    private final Set<String> known = new TreeSet<>();
    private final List<String> notices = new ArrayList<>();
    private final @Nullable Path beside;

    private Settings(String policy, Map<String, String> given, @Nullable Path beside) {
        this.policy = policy;
        this.given = given;
        this.beside = beside;
    }

    /// Reads `key=value,key=value`.
    ///
    /// @param beside where the model's calibration is, if it has one
    static Settings of(String policy, String text, @Nullable Path beside) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new UnusableCache(
                        "cache: \"%s\" in %s is no setting, wanted key=value"
                                .formatted(pair, policy));
            }
            String key = pair.substring(0, equals).strip();
            if (given.put(key, pair.substring(equals + 1).strip()) != null) {
                throw new UnusableCache("cache: %s of %s is given twice".formatted(key, policy));
            }
        }
        return new Settings(policy, given, beside);
    }

    /// Whether a value is given.
    boolean has(String key) {
        known.add(key);
        return given.containsKey(key);
    }

    /// A word.
    String word(String key, String otherwise) {
        known.add(key);
        return given.getOrDefault(key, otherwise);
    }

    /// A whole number, 0 or more.
    int count(String key, int otherwise) {
        return atLeast(key, 0, otherwise);
    }

    /// A whole number, `least` or more.
    int atLeast(String key, int least, int otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        double value = parsed(key, word(key, ""));
        if (value != Math.rint(value) || value < least || value > Integer.MAX_VALUE) {
            throw wrong(key, "a whole number, %d or more".formatted(least));
        }
        return (int) value;
    }

    /// A number.
    double number(String key, double otherwise) {
        return has(key) ? parsed(key, word(key, "")) : otherwise;
    }

    /// `true` or `false`.
    boolean flag(String key, boolean otherwise) {
        return switch (word(key, Boolean.toString(otherwise))) {
            case "true" -> true;
            case "false" -> false;
            default -> throw wrong(key, "true or false");
        };
    }

    /// Two numbers, the bounds of a range.
    Range range(String key, Range otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        List<Double> bounds = numbers(key, word(key, ""));
        if (bounds.size() != 2) {
            throw wrong(key, "two numbers parted by a semicolon");
        }
        return new Range(bounds.get(0), bounds.get(1));
    }

    /// A list of numbers parted by semicolons, or the name of a file of numbers parted by commas,
    /// semicolons or space, in brackets or not.
    List<Double> list(String key) {
        String value = word(key, "");
        if (value.isEmpty()) {
            throw wrong(key, "numbers parted by semicolons, or a file of them");
        }
        Path file = Path.of(value);
        if (!Files.isRegularFile(file)) {
            return numbers(key, value);
        }
        try {
            return numbers(key, Files.readString(file).replaceAll("[\\[\\],\\s]+", ";"));
        } catch (IOException e) {
            throw new UnusableCache(
                    "cache: %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /// Steps, counted from 0, parted by semicolons.
    List<Integer> steps(String key) {
        List<Double> steps = list(key);
        if (steps.stream().anyMatch(i -> i != Math.rint(i) || i < 0 || i > Integer.MAX_VALUE)) {
            throw wrong(key, "whole numbers, 0 or more");
        }
        return steps.stream().map(Double::intValue).toList();
    }

    /// The JSON file that a value names.
    Config file(String key) {
        return Config.read(Path.of(word(key, "")));
    }

    /// The calibration of the model: the file that `calibration` names, or the one beside the
    /// model; empty if there is neither.
    Optional<Calibration> calibration() {
        if (has("calibration")) {
            return Optional.of(CalibrationFile.read(Path.of(word("calibration", ""))));
        }
        return beside == null || !Files.isRegularFile(beside)
                ? Optional.empty()
                : Optional.of(CalibrationFile.read(beside));
    }

    /// @param otherwise the keys that make one needless
    /// @throws UnusableCache if there is none
    Calibration requiredCalibration(String otherwise) {
        return calibration()
                .orElseThrow(
                        () ->
                                new UnusableCache(
                                        "cache: %s has no calibration%s, wanted one, or %s; lightcache4j calibrate makes it"
                                                .formatted(
                                                        policy,
                                                        beside == null ? "" : " in " + beside,
                                                        otherwise)));
    }

    /// Something is done otherwise than asked: one line for the user.
    void notice(String line) {
        notices.add("cache: " + line);
    }

    List<String> notices() {
        return List.copyOf(notices);
    }

    private List<Double> numbers(String key, String value) {
        List<Double> numbers = new ArrayList<>();
        Arrays.stream(value.split(";"))
                .filter(part -> !part.isBlank())
                .forEach(part -> numbers.add(parsed(key, part)));
        return numbers;
    }

    private double parsed(String key, String text) {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new UnusableCache(
                    "cache: %s of %s is \"%s\", wanted a number".formatted(key, policy, text), e);
        }
        throw wrong(key, "a finite number");
    }

    /// The failure of a value that means nothing.
    UnusableCache wrong(String key, String wanted) {
        return new UnusableCache(
                "cache: %s of %s is \"%s\", wanted %s"
                        .formatted(key, policy, given.getOrDefault(key, ""), wanted));
    }

    /// @throws UnusableCache if a key was given that no one asked for
    void requireAllRead() {
        for (String key : given.keySet()) {
            if (!known.contains(key)) {
                throw new UnusableCache(
                        "cache: %s has no setting %s, wanted one of %s"
                                .formatted(policy, key, String.join(", ", known)));
            }
        }
    }

    /// What lies between two bounds, without them.
    record Range(double low, double high) {
        boolean contains(double value) {
            return low < value && value < high;
        }
    }
}
