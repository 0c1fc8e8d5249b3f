package lightcache4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;

import lightcache4j.model.budget.Footprint;
import lightcache4j.model.budget.Prospect;
import lightcache4j.model.pipeline.OpenPipeline;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;
import lightcache4j.tensors.Pool;
import lightcache4j.weights.ModelFolder;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// The memory that a generation takes, found by rehearsing it without computing.
///
/// @param size of the clip
/// @param footprint of its stages; of weights, those mapped are told instead
/// @param mappedBytes of weights
record MemoryForecast(VideoSize size, Footprint footprint, long mappedBytes) {
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final List<String> AVAILABLE = List.of("MemAvailable:", "SwapFree:");

    /// What a request takes without a caching policy.
    ///
    /// @param economy what is done to take less
    static MemoryForecast of(Prospect prospect, Economy economy) {
        return new MemoryForecast(
                prospect.request().size(),
                Footprint.ofFirstSteps(prospect, economy),
                prospect.open().mappedBytes());
    }

    /// What a request takes on a backend without a caching policy.
    static MemoryForecast of(
            OpenPipeline open, Request request, Economy economy, Backend.Provider provider) {
        return of(new Prospect(open, request, SessionFactory.PLAIN, provider.pool()), economy);
    }

    /// Refuses what there is no room for, before any time is spent on it. Weights do not count:
    /// what does not fit is read again.
    ///
    /// @param room what the backend has, if it has memory of its own
    /// @throws InsufficientMemory if more is needed than there is
    void requireFit(OptionalLong room) {
        long bytes = room.orElseGet(MemoryForecast::available);
        if (footprint.tensors() > bytes) {
            throw new InsufficientMemory(
                    "memory: a clip of %d frames of %dx%d takes %s, %s are available%s; fewer --frames, a smaller --width and --height, --swap, --chunk and --memory-budget need less"
                            .formatted(
                                    size.frames(),
                                    size.width(),
                                    size.height(),
                                    Bytes.text(footprint.tensors()),
                                    Bytes.text(bytes),
                                    room.isPresent() ? " on the device" : ""));
        }
    }

    /// Bytes of memory that a program could take now: on Linux what the system says is available,
    /// with swap, elsewhere all that there is; in a container no more than it may have.
    private static long available() {
        long all =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getTotalMemorySize();
        if (!Files.isReadable(MEMINFO)) {
            return all;
        }
        try {
            long kilobytes =
                    Files.readAllLines(MEMINFO).stream()
                            .filter(line -> AVAILABLE.stream().anyMatch(line::startsWith))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
            return Math.min(all, 1024 * kilobytes);
        } catch (IOException | NumberFormatException _) {
            return all; // not the file that it is elsewhere
        }
    }

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
        try (OpenPipeline open = OpenPipeline.open(folder, variant, new MemoryLedger())) {
            ModelDefaults defaults = ModelDefaults.of(folder, open);
            VideoSize size = defaults.size(width, height, frames);
            Request request = Request.of("", size, defaults.sampling());
            return of(
                    new Prospect(open, request, SessionFactory.PLAIN, Pool.HOST), Economy.DEFAULT);
        }
    }

    void putInto(ObjectNode node) {
        node.put("width", size.width());
        node.put("height", size.height());
        node.put("frames", size.frames());
        ObjectNode stages = node.putObject("stages");
        footprint
                .stages()
                .forEach(
                        (stage, held) ->
                                stages.put(stage.name().toLowerCase(Locale.ROOT), held.tensors()));
        node.put("peakBytes", footprint.tensors());
        node.put("mappedBytes", mappedBytes);
    }

    void print(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%na clip of %d frames of %dx%d takes %s of working memory",
                size.frames(),
                size.width(),
                size.height(),
                Bytes.text(footprint.tensors()));
        footprint
                .stages()
                .forEach(
                        (stage, held) ->
                                out.printf(
                                        ", %s %s",
                                        stage.name().toLowerCase(Locale.ROOT),
                                        Bytes.text(held.tensors())));
        out.printf("; %s of weights are mapped%n", Bytes.text(mappedBytes));
    }
}
