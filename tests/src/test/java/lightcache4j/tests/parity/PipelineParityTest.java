package lightcache4j.tests.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.PromptEncoder;
import lightcache4j.model.run.Runner;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/// Whole pipelines against diffusers, from the prompt and the seed to the frames: text to video,
/// image to video, inpainting.
class PipelineParityTest {
    private static final String PAST_THE_SEED = "inpaint_strength";

    static Stream<Arguments> cases() {
        return PipelineCase.all()
                .flatMap(
                        c ->
                                Backends.all().stream()
                                        .map(b -> Arguments.of(c, Named.of(b.name(), b))));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void generatesWhatDiffusersDoes(PipelineCase c, Backend.Provider provider) {
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline model = c.open(ledger);
                Backend backend = provider.open(2)) {
            PipelineCase.Result run =
                    c.generate(model, Engine.plain(backend, ledger, Listener.NONE));
            if (!c.toString().endsWith(PAST_THE_SEED)) { // there the clip is mixed in already
                Values noise = Values.of(run.generation().initialLatents());
                Values expected = c.fixture().input("latents").sample(0);
                Parity.assertNear(c + ", noise of the seed", expected, noise, 1e-6);
            }
            Values latents = Values.of(run.generation().latents());
            Parity.assertNear(
                    c + ", latents after the last step", c.latents(), latents, Parity.FRAMES);
            Parity.assertNear(c + ", frames", c.frames(), run.frames(), Parity.FRAMES);
        }
        assertEquals(0, ledger.current(Pool.DISK));
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("cases")
    void embedsPromptsAsDiffusersDoes(PipelineCase c, Backend.Provider provider) {
        try (OpenPipeline model = c.open(new MemoryLedger())) {
            PromptEncoder prompts = model.pipeline().prompts();
            for (String kind : new String[] {"prompt", "negative"}) {
                String text =
                        c.fixture()
                                .args()
                                .path(kind.equals("prompt") ? kind : "negative_prompt")
                                .asText("");
                Values actual = Backends.compute(provider, () -> embed(prompts, text));
                Values expected = c.fixture().output(kind + "_embeds").sample(0);
                Parity.assertNear(c + ", " + kind, expected, actual, Parity.COMPONENT);
            }
        }
    }

    private static Values embed(PromptEncoder prompts, String text) {
        Tensor embeddings = prompts.encode(text, 256, Runner.PLAIN, Listener.NONE);
        return Values.of(Workspace.current().download(embeddings));
    }
}
