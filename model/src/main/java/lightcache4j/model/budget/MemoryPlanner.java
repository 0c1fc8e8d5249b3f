package lightcache4j.model.budget;

import lightcache4j.model.pipeline.VideoSize;
import lightcache4j.model.run.Chunking;
import lightcache4j.model.run.Economy;
import lightcache4j.model.run.Economy.Offload;
import lightcache4j.tensors.Pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Finds what must be done so that a generation stays within an amount of memory: the process's
/// where the CPU computes, the device's where a device does.
///
/// What was asked for anyway is done in any case. Beyond that, all combinations of swapping,
/// chunking, streaming weights and tiles are rehearsed in the order of what they cost in time,
/// tiles last because they change the result, and the first one that fits is taken.
///
/// Memory is that of tensors and of weights. Weights count whole where the system decides what of
/// them stays in memory, and all that are read where a device keeps them.
public final class MemoryPlanner {
    private static final List<Integer> CHUNKS = List.of(1, 2, 4, 8, 16);

    /// Latents across the smallest tile: there, half of it is seam.
    private static final int SMALLEST_TILE = 4;

    private final Prospect prospect;
    private final Map<Economy, Footprint> rehearsed = new HashMap<>();
    private final Map<Economy, Chunking> helpful = new HashMap<>();

    public MemoryPlanner(Prospect prospect) {
        this.prospect = prospect;
    }

    /// @param asked what is done in any case
    /// @param budget bytes, at least 1
    /// @throws InsufficientBudget if nothing that could be done would do
    public MemoryPlan plan(Economy asked, long budget) {
        Economy frugal = asked;
        long least = Long.MAX_VALUE;
        for (Economy candidate : candidates(asked)) {
            Economy helpful = cutWhereItHelps(candidate);
            long bytes = foreseen(helpful).bytes();
            if (bytes <= budget) {
                Economy chosen = cutWhereNeeded(candidate, asked, budget);
                return new MemoryPlan(budget, chosen, together(chosen), without(chosen, asked));
            }
            if (bytes < least) {
                least = bytes;
                frugal = helpful;
            }
        }
        throw refusal(budget, least, frugal, asked);
    }

    /// Cutting a layer that it does not help makes it hold more. Where weights are makes no
    /// difference to that.
    private Economy cutWhereItHelps(Economy candidate) {
        if (candidate.chunks() == 1) {
            return candidate;
        }
        return candidate.withChunking(
                helpful.computeIfAbsent(
                        candidate.withOffload(Offload.NONE),
                        e -> ChunkPlanner.whereHelps(prospect, e).chunking()));
    }

    /// Of the layers that cutting helps, those that must be cut: what fits where all are still fits
    /// then.
    private Economy cutWhereNeeded(Economy candidate, Economy asked, long budget) {
        if (candidate.chunks() == 1) {
            return candidate;
        }
        Footprint least = foreseen(cutWhereItHelps(candidate));
        boolean wanted = candidate.chunks() == asked.chunks();
        return ChunkPlanner.within(
                prospect,
                candidate,
                stage -> {
                    long room = budget - least.at(stage).weights();
                    long pays = ChunkPlanner.limit(least.at(stage));
                    return wanted ? Math.min(room, pays) : room;
                });
    }

    private List<Economy> candidates(Economy asked) {
        List<Economy> all = new ArrayList<>();
        for (int tile : tiles(asked.tile())) {
            for (Offload offload : Offload.values()) {
                for (int chunks : CHUNKS) {
                    Economy economy =
                            asked.withTile(tile)
                                    .withOffload(max(offload, asked.offload()))
                                    .withChunks(Math.max(chunks, asked.chunks()));
                    all.add(economy);
                    all.add(economy.withSwap(asked.swap().leaving()));
                }
            }
        }
        return all.stream()
                .distinct()
                .sorted(Comparator.comparingInt(MemoryPlanner::price))
                .toList();
    }

    private static Offload max(Offload a, Offload b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /// The side asked for, then ever smaller ones; 0 is whole frames.
    private List<Integer> tiles(int asked) {
        VideoSize size = prospect.request().size();
        int latent = prospect.open().pipeline().vae().config().spatialCompression();
        int longest = asked == 0 ? Math.max(size.width(), size.height()) : asked;
        IntStream smaller =
                IntStream.iterate(longest / 2, side -> side / 2)
                        .map(side -> side / latent * latent)
                        .takeWhile(side -> side >= SMALLEST_TILE * latent);
        return Stream.concat(Stream.of(asked), smaller.boxed()).distinct().toList();
    }

    /// Per cent of a run's time, about, that this costs on the demo, with all layers in pieces that
    /// can be. It only puts plans in order. What changes the result comes after all that does not.
    private static int price(Economy economy) {
        int offload =
                switch (economy.offload()) {
                    case NONE -> 0;
                    case COMPONENT -> 1;
                    case BLOCK -> 5;
                    case DISK -> 60;
                };
        int swap = economy.swap().leave() ? 3 : 0;
        int chunk = economy.chunks() == 1 ? 0 : 8 + economy.chunks();
        int tile = economy.tile() == 0 ? 0 : 1000 + 100_000 / economy.tile();
        return offload + swap + chunk + tile;
    }

    /// Where weights are does not change what tensors take, nor the other way round, so that each
    /// is rehearsed once.
    private Footprint foreseen(Economy economy) {
        return rehearsed(economy.withOffload(Offload.NONE))
                .withWeightsOf(rehearsed(Economy.DEFAULT.withOffload(economy.offload())));
    }

    /// What the plan comes to: no more than [#foreseen], which puts together what is at its most at
    /// different moments.
    private Footprint together(Economy chosen) {
        return prospect.pool() == Pool.HOST
                ? foreseen(chosen)
                : Footprint.foreseen(prospect, chosen);
    }

    private Footprint rehearsed(Economy economy) {
        return rehearsed.computeIfAbsent(economy, e -> Footprint.foreseen(prospect, e));
    }

    private Map<String, Long> without(Economy planned, Economy asked) {
        Map<String, Long> without = new LinkedHashMap<>();
        options(planned, asked)
                .forEach((option, other) -> without.put(option, foreseen(other).bytes()));
        return without;
    }

    /// What is done beyond what was asked for, each with the same plan less that.
    private static Map<String, Economy> options(Economy planned, Economy asked) {
        Map<String, Economy> options = new LinkedHashMap<>();
        if (planned.offload() != asked.offload()) {
            String name = planned.offload().name().toLowerCase(Locale.ROOT);
            options.put("--offload " + name, planned.withOffload(asked.offload()));
        }
        if (planned.swap().leave() != asked.swap().leave()) {
            options.put("--swap", planned.withSwap(asked.swap()));
        }
        if (planned.chunks() != asked.chunks()) {
            options.put("--chunk " + planned.chunks(), planned.withChunking(asked.chunking()));
        }
        if (planned.tile() != asked.tile()) {
            options.put("--tile " + planned.tile(), planned.withTile(asked.tile()));
        }
        return options;
    }

    private InsufficientBudget refusal(long budget, long least, Economy frugal, Economy asked) {
        VideoSize size = prospect.request().size();
        List<String> options = List.copyOf(options(frugal, asked).keySet());
        return new InsufficientBudget(
                budget,
                least,
                "memory-budget: a clip of %d frames of %dx%d takes %d bytes at least (%s%s), %d are allowed; wanted --memory-budget %d or more, fewer --frames, or a smaller --width and --height"
                        .formatted(
                                size.frames(),
                                size.width(),
                                size.height(),
                                least,
                                foreseen(frugal).fullest().name().toLowerCase(Locale.ROOT),
                                options.isEmpty() ? "" : ", with " + String.join(" ", options),
                                budget,
                                least));
    }
}
