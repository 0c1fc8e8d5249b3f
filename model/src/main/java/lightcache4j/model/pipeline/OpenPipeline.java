package lightcache4j.model.pipeline;

import lightcache4j.model.dit.EasyAnimateTransformer3DModel;
import lightcache4j.model.schedule.Scheduler;
import lightcache4j.model.text.ChatTemplate;
import lightcache4j.model.text.Qwen2VLTextModel;
import lightcache4j.model.text.Tokenizer;
import lightcache4j.model.vae.AutoencoderKLMagvit;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.MalformedConfig;
import lightcache4j.weights.ModelFolder;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A pipeline and the mapped files that its weights are in, until closed.
///
/// @param pipeline what generates
/// @param checkpoints what its weights are mapped from
public record OpenPipeline(EasyAnimatePipeline pipeline, List<Checkpoint> checkpoints)
        implements AutoCloseable {

    private static final Set<String> PIPELINES =
            Set.of("EasyAnimatePipeline", "EasyAnimateInpaintPipeline");

    /// The classes that each component may have.
    private static final Map<String, Set<String>> CLASSES =
            Map.of(
                    "tokenizer", Set.of("Qwen2Tokenizer", "Qwen2TokenizerFast"),
                    "text_encoder", Set.of("Qwen2VLForConditionalGeneration"),
                    "transformer", Set.of("EasyAnimateTransformer3DModel"),
                    "vae", Set.of("AutoencoderKLMagvit"),
                    "scheduler", Set.of("FlowMatchEulerDiscreteScheduler"));

    /// Opens the folder of an EasyAnimate V5.1 pipeline.
    ///
    /// @param variant the variant of the weights to prefer, such as `fp16`; null for the plain
    ///   files
    /// @param ledger counts the mapped weights until closed
    /// @throws MalformedConfig if the folder's classes are not those of EasyAnimate V5.1
    /// @throws lightcache4j.tensors.EngineException if a file is missing or not what it should be
    public static OpenPipeline open(
            ModelFolder folder, @Nullable String variant, MemoryLedger ledger) {
        requireKnown(folder);
        if (variant != null) {
            folder.requireVariant(variant);
        }
        List<Checkpoint> opened = new ArrayList<>();
        try {
            for (String part : List.of("text_encoder", "transformer", "vae")) {
                opened.add(folder.open(part, variant, ledger));
            }
            EasyAnimatePipeline pipeline =
                    pipeline(folder, opened.get(0), opened.get(1), opened.get(2));
            return new OpenPipeline(pipeline, List.copyOf(opened));
        } catch (RuntimeException | Error refused) {
            opened.forEach(Checkpoint::close);
            throw refused;
        }
    }

    private static EasyAnimatePipeline pipeline(
            ModelFolder folder, Checkpoint text, Checkpoint transformer, Checkpoint vae) {
        ModelFolder.Component tokenizer = folder.component("tokenizer");
        PromptEncoder prompts =
                new PromptEncoder(
                        ChatTemplate.load(tokenizer.path()),
                        Tokenizer.load(tokenizer.path()),
                        Qwen2VLTextModel.load(text.config(), text.weights()));
        ModelFolder.Component scheduler = folder.component("scheduler");
        return new EasyAnimatePipeline(
                prompts,
                EasyAnimateTransformer3DModel.load(transformer.config(), transformer.weights()),
                AutoencoderKLMagvit.load(vae.config(), vae.weights()),
                Scheduler.of(scheduler.config("scheduler_config.json")),
                InpaintRule.of(transformer.config(), vae.config()),
                new Sources(text, transformer, vae));
    }

    private static void requireKnown(ModelFolder folder) {
        String where = folder.index().where();
        String name = folder.className();
        if (name == null || !PIPELINES.contains(name)) {
            throw new MalformedConfig(
                    "%s: _class_name is %s, wanted one of %s; other pipelines are not supported yet"
                            .formatted(where, name, sorted(PIPELINES)));
        }
        for (ModelFolder.Component component : folder.components().values()) {
            Set<String> known = CLASSES.get(component.name());
            if (known == null || !known.contains(component.className())) {
                String wanted = known == null ? "no such component" : sorted(known);
                throw new MalformedConfig(
                        "%s: %s is %s, wanted %s; is this an EasyAnimate V5.1 checkpoint?"
                                .formatted(where, component.name(), component.className(), wanted));
            }
        }
        CLASSES.keySet().stream().sorted().forEach(folder::component);
    }

    private static String sorted(Set<String> names) {
        return String.join(" or ", names.stream().sorted().toList());
    }

    @Override
    public void close() {
        checkpoints.forEach(Checkpoint::close);
    }
}
