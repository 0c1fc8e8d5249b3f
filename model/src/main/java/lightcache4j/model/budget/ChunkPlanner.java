package lightcache4j.model.budget;

import lightcache4j.model.run.Chunking;
import lightcache4j.model.run.Economy;
import lightcache4j.tensors.Stage;

import java.util.HashSet;
import java.util.Set;
import java.util.function.ToLongFunction;

/// Finds which layers must be computed in pieces.
///
/// Cutting a layer lowers the peak of a stage only where the layer, whole, would hold the most, and
/// not always there: the parts of its result stand beside the whole, and what they need stays until
/// the last. And it costs time anywhere. So a run is rehearsed with all layers whole and with all
/// cut, and of those that cutting helps those are cut that hold too much.
public final class ChunkPlanner {
    /// By how much more than the least a stage may hold: per cent.
    private static final int SLACK = 10;

    private ChunkPlanner() {}

    /// The same economy, cutting only where it pays: each stage holds at most 10 % more than where
    /// all layers are cut that it helps.
    ///
    /// @param economy with the pieces that layers may be cut into
    public static Economy wherePays(Prospect prospect, Economy economy) {
        if (economy.chunks() == 1) {
            return economy;
        }
        Prospect first = prospect.ofFirstSteps();
        Cuts cuts = Cuts.of(first, economy);
        Footprint least = Footprint.foreseen(first, cuts.within(_ -> 0));
        return cuts.within(stage -> limit(least.at(stage)));
    }

    /// The same economy, cutting all layers during which, cut, less is held than whole.
    static Economy whereHelps(Prospect prospect, Economy economy) {
        return within(prospect, economy, _ -> 0);
    }

    /// The same economy, cutting only the layers during which, whole, a run would hold more, and,
    /// cut, less than whole.
    ///
    /// @param limit bytes of tensors that may be held in a stage, no fewer than [#whereHelps] holds
    static Economy within(Prospect prospect, Economy economy, ToLongFunction<Stage> limit) {
        return Cuts.of(prospect, economy).within(limit);
    }

    /// What is held during each layer, whole and cut.
    private record Cuts(Economy economy, SitePeaks whole, SitePeaks cut) {
        static Cuts of(Prospect prospect, Economy economy) {
            return new Cuts(
                    economy,
                    peaks(prospect, economy, 1),
                    peaks(prospect, economy, economy.chunks()));
        }

        Economy within(ToLongFunction<Stage> limit) {
            Set<String> paths = new HashSet<>(whole.above(limit));
            paths.retainAll(whole.above(cut));
            return economy.withChunking(Chunking.of(paths, economy.chunks()));
        }
    }

    private static SitePeaks peaks(Prospect prospect, Economy economy, int pieces) {
        SitePeaks peaks = new SitePeaks(prospect.pool(), pieces);
        Footprint.foreseen(prospect, economy.withChunking(peaks), peaks);
        return peaks;
    }

    /// Bytes of tensors that a stage may hold: 10 % more than `least`.
    static long limit(Footprint.Held least) {
        return least.tensors() + least.tensors() * SLACK / 100;
    }
}
