package lightcache4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.Sampling;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Rehearsal;
import lightcache4j.weights.Checkpoint;
import lightcache4j.weights.ModelFolder;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.Locale;

/// The memory that a generation takes, found by rehearsing it without computing.
///
/// @param size of the clip
/// @param report its stages' peaks; seconds in it mean nothing
/// @param mappedBytes of weights
record MemoryForecast(VideoSize size, Report report, long mappedBytes) {
    private static final int STEPS = 2; // each step takes what the one before took

    /// @return null for a component alone
    static @Nullable MemoryForecast of(
            ModelFolder folder,
            @Nullable String variant,
            @Nullable Integer width,
            @Nullable Integer height,
            @Nullable Integer frames) {
        if (!folder.isPipeline()) {
            return null;
        }
        MemoryLedger ledger = new MemoryLedger();
        try (OpenPipeline open = OpenPipeline.open(folder, variant, ledger)) {
            ModelDefaults defaults = ModelDefaults.of(folder, open);
            VideoSize size = defaults.size(width, height, frames);
            return of(open, size, defaults.sampling(), ledger);
        }
    }

    private static MemoryForecast of(
            OpenPipeline open, VideoSize size, Sampling usual, MemoryLedger ledger) {
        Sampling sampling =
                new Sampling(
                        STEPS,
                        usual.guidance(),
                        usual.guidanceRescale(),
                        usual.seed(),
                        usual.maxSequenceLength());
        try (Rehearsal nothing = new Rehearsal(Pool.HOST)) {
            Engine engine = Engine.plain(nothing, ledger, Listener.NONE);
            Request request = Request.of("", size, sampling);
            Report report = open.pipeline().generate(engine, request, _ -> {}).report();
            long mapped = open.checkpoints().stream().mapToLong(Checkpoint::byteSize).sum();
            return new MemoryForecast(size, report, mapped);
        }
    }

    void putInto(ObjectNode node) {
        node.put("width", size.width());
        node.put("height", size.height());
        node.put("frames", size.frames());
        ObjectNode stages = node.putObject("stages");
        report.stages()
                .forEach(
                        (stage, cost) ->
                                stages.put(
                                        stage.name().toLowerCase(Locale.ROOT), cost.peakBytes()));
        node.put("peakBytes", report.peakBytes());
        node.put("mappedBytes", mappedBytes);
    }

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%na clip of %d frames of %dx%d takes %s of working memory",
                size.frames(),
                size.width(),
                size.height(),
                Bytes.text(report.peakBytes()));
        report.stages()
                .forEach(
                        (stage, cost) ->
                                out.printf(
                                        ", %s %s",
                                        stage.name().toLowerCase(Locale.ROOT),
                                        Bytes.text(cost.peakBytes())));
        out.printf("; %s of weights are mapped%n", Bytes.text(mappedBytes));
    }
}
