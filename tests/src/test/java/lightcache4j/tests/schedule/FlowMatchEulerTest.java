package lightcache4j.tests.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.model.schedule.FlowMatchEulerDiscreteScheduler;
import lightcache4j.model.schedule.Levels;
import lightcache4j.model.schedule.Noise;
import lightcache4j.model.schedule.Schedule;
import lightcache4j.model.schedule.Scheduler;
import lightcache4j.model.schedule.UnusableSchedule;
import lightcache4j.tensors.EngineException;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;
import lightcache4j.tests.parity.Backends;
import lightcache4j.tests.parity.FixtureCase;
import lightcache4j.weights.Config;
import lightcache4j.weights.MalformedConfig;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// `FlowMatchEulerDiscreteScheduler` of diffusers: its levels, its timesteps and its steps.
class FlowMatchEulerTest {
    /// One unit in the last place of a float32, for NumPy's and Java's powers may differ in it.
    private static final double ULP = 1.2e-7;

    static Stream<Named<JsonNode>> cases() {
        return StreamSupport.stream(FixtureCase.json("tables/scheduler.json").spliterator(), false)
                .map(c -> Named.of(c.required("name").asText(), c));
    }

    private static Scheduler scheduler(JsonNode config) {
        ObjectNode named = JsonNodeFactory.instance.objectNode();
        named.put("_class_name", "FlowMatchEulerDiscreteScheduler");
        config.properties().forEach(field -> named.set(field.getKey(), field.getValue()));
        return Scheduler.of(new Config("scheduler_config.json", named));
    }

    private static Schedule schedule(JsonNode c) {
        JsonNode arguments = c.required("arguments");
        List<Float> sigmas = floats(arguments.path("sigmas"));
        List<Float> timesteps = floats(arguments.path("timesteps"));
        int steps = arguments.path("num_inference_steps").asInt(sigmas.size() + timesteps.size());
        Levels levels;
        if (!sigmas.isEmpty() && !timesteps.isEmpty()) {
            Levels both = Levels.sigmas(sigmas);
            levels = new Levels(both.steps(), sigmas, timesteps, both.mu());
        } else if (!sigmas.isEmpty()) {
            levels = Levels.sigmas(sigmas);
        } else {
            levels = timesteps.isEmpty() ? Levels.steps(steps) : Levels.timesteps(timesteps);
        }
        if (arguments.has("mu")) {
            levels = levels.shiftedBy(arguments.get("mu").asDouble());
        }
        return scheduler(c.required("config")).schedule(levels);
    }

    private static List<Float> floats(JsonNode numbers) {
        List<Float> floats = new ArrayList<>();
        numbers.forEach(n -> floats.add((float) n.asDouble()));
        return floats;
    }

    private static float[] array(JsonNode numbers) {
        float[] array = new float[numbers.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = (float) numbers.get(i).asDouble();
        }
        return array;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void levelsEqualDiffusers(JsonNode c) {
        Schedule schedule = schedule(c);
        float[] timesteps = array(c.required("timesteps"));
        float[] sigmas = array(c.required("sigmas"));
        assertTrue(timesteps.length > 0, "the case has steps");
        assertEquals(timesteps.length, schedule.steps());
        for (int i = 0; i < sigmas.length; i++) {
            assertEquals(sigmas[i], schedule.sigma(i), ULP, "sigma " + i);
        }
        for (int i = 0; i < timesteps.length; i++) {
            assertEquals(
                    timesteps[i],
                    schedule.timestep(i),
                    ULP * Math.max(1, timesteps[i]),
                    "timestep " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void stepsEqualDiffusers(JsonNode c) {
        Schedule schedule = schedule(c);
        Noise noise = new Noise(c.path("noise_seed").asLong());
        JsonNode predicted = c.required("predicted");
        JsonNode after = c.required("after");
        float[] sample = array(c.required("sample"));
        for (int i = 0; i < schedule.steps(); i++) {
            int step = i;
            Tensor before = Tensor.of(sample, sample.length);
            Tensor velocity = Tensor.of(array(predicted.get(i)), sample.length);
            Supplier<Tensor> draw = () -> Workspace.current().upload(noise.normal(before.size()));
            sample = compute(() -> schedule.step(step, uploaded(velocity), uploaded(before), draw));
            assertArrayEquals(array(after.get(i)), sample, 2e-6f, "after step " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void noiseIsScaledAsByDiffusers(JsonNode c) {
        Schedule schedule = schedule(c);
        Tensor sample = Tensor.of(array(c.required("sample")), c.required("sample").size());
        Tensor noise = Tensor.of(array(c.required("predicted").get(0)), sample.size());
        int begin = c.required("scale_noise_begin_index").asInt();
        float[] scaled =
                compute(() -> schedule.scaleNoise(uploaded(sample), begin, uploaded(noise)));
        assertArrayEquals(array(c.required("scale_noise")), scaled, 1e-6f);
    }

    private static Tensor uploaded(Tensor tensor) {
        return Workspace.current().upload(tensor);
    }

    private static float[] compute(Supplier<Tensor> body) {
        return Backends.compute(
                Backends.preferred(), () -> Workspace.current().download(body.get()).toFloats());
    }

    /// Fields that diffusers warns of, and honours all the same: levels that its `from_config`
    /// gave.
    @ParameterizedTest
    @CsvSource({
        "use_exponential_sigmas, 0.3434142768383026, 0.13103707134723663",
        "use_beta_sigmas, 0.6658986806869507, 0.28410130739212036",
    })
    void aSpacingMayBeGivenItsEnds(String spacing, float second, float third) {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("shift", 3.0).put(spacing, true).put("sigma_min", 0.05).put("sigma_max", 0.9);
        Schedule schedule = scheduler(config).schedule(Levels.steps(4));
        float[] expected = {0.9f, second, third, 0.05f, 0};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], schedule.sigma(i), ULP, "sigma " + i);
        }
    }

    /// Flux's `calculate_shift` of these lengths, by hand: 256 tokens are 0.5, 4096 are 1.15.
    @ParameterizedTest
    @CsvSource({"256, 0.5", "4096, 1.15", "2176, 0.825", "0, 0.45666666666666667"})
    void muIsOnTheLineOfTheConfiguration(long tokens, double mu) {
        FlowMatchEulerDiscreteScheduler scheduler =
                (FlowMatchEulerDiscreteScheduler) scheduler(JsonNodeFactory.instance.objectNode());
        assertEquals(mu, scheduler.muFor(tokens), 1e-12);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "time_shift_type | \"cubic\" | time_shift_type is cubic, wanted exponential or"
                        + " linear",
                "num_train_timesteps | 0 | num_train_timesteps is 0, wanted 1 or more",
                "shift | \"big\" | shift is \"big\", wanted a number",
                "use_karras_sigmas | 1 | use_karras_sigmas is 1, wanted true or false",
            })
    void aWrongFieldIsNamed(String field, String value, String message) throws Exception {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.set(field, new com.fasterxml.jackson.databind.ObjectMapper().readTree(value));
        MalformedConfig refusal = assertThrows(MalformedConfig.class, () -> scheduler(config));
        assertEquals("scheduler_config.json: " + message, refusal.getMessage());
    }

    @Test
    void twoSpacingsAreRefused() {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("use_karras_sigmas", true).put("use_beta_sigmas", true);
        assertThrows(MalformedConfig.class, () -> scheduler(config));
    }

    @Test
    void anUnknownClassIsNamed() {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("_class_name", "DDIMScheduler");
        MalformedConfig refusal =
                assertThrows(
                        MalformedConfig.class,
                        () -> Scheduler.of(new Config("scheduler_config.json", config)));
        assertEquals(
                "scheduler_config.json: _class_name is DDIMScheduler, wanted"
                        + " FlowMatchEulerDiscreteScheduler",
                refusal.getMessage());
    }

    @Test
    void dynamicShiftingNeedsAMu() {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("use_dynamic_shifting", true);
        Scheduler scheduler = scheduler(config);
        EngineException refusal =
                assertThrows(UnusableSchedule.class, () -> scheduler.schedule(Levels.steps(4)));
        assertTrue(refusal.getMessage().startsWith("schedule: mu is missing"));
    }

    @Test
    void stochasticStepsNeedNoise() {
        ObjectNode config = JsonNodeFactory.instance.objectNode();
        config.put("stochastic_sampling", true);
        Schedule schedule = scheduler(config).schedule(Levels.steps(2));
        Tensor x = Tensor.of(new float[] {1, 2}, 2);
        assertThrows(UnusableSchedule.class, () -> compute(() -> schedule.step(0, x, x)));
    }

    @Test
    void noStepsAreRefused() {
        assertThrows(UnusableSchedule.class, () -> Levels.steps(0));
        assertThrows(
                UnusableSchedule.class,
                () ->
                        new Levels(
                                3, List.of(1f, 0.5f), List.of(), java.util.OptionalDouble.empty()));
    }
}
