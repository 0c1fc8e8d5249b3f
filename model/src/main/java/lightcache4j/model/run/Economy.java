package lightcache4j.model.run;

import lightcache4j.model.run.swap.Swap;

/// What a run does to take less memory. None of it changes what is computed, save where it says so.
///
/// The three techniques of LightCache (arXiv:2510.05367, section 3) and the streaming of weights:
///
/// @param swap what is kept from one use to the next (cached features, the frames that a causal
///   decoder looks back at) lives outside working memory in between, copied by a thread of its own
/// @param chunks pieces that a layer is computed in, along an axis that its site declares
///   independent; 1 computes it whole. Results are the same bit for bit
/// @param slice frames leave the decoder as soon as they are computed; else the whole clip is held,
///   as diffusers does
/// @param offload where weights are between uses
public record Economy(Swap.Settings swap, int chunks, boolean slice, Offload offload) {

    /// Where weights are when they are not used.
    public enum Offload {
        /// Mapped; the operating system decides what stays in memory.
        NONE,
        /// A component's leave memory when its stage ends.
        COMPONENT,
        /// A block's are fetched while the block before it computes, and leave memory behind it.
        BLOCK,
        /// As [#BLOCK], one layer at a time and without fetching ahead: the least memory, and slow.
        DISK
    }

    /// Nothing: as diffusers computes, and holds the clip.
    public static final Economy NONE = new Economy(Swap.Settings.OFF, 1, false, Offload.NONE);

    /// What costs nothing: frames leave as they are decoded.
    public static final Economy DEFAULT = new Economy(Swap.Settings.OFF, 1, true, Offload.NONE);

    public Economy {
        if (chunks < 1) {
            throw new IllegalArgumentException(
                    "economy: chunks is " + chunks + ", wanted 1 or more");
        }
    }

    /// @param on whether kept tensors leave memory, to the system's folder of temporary files
    public Economy withSwap(boolean on) {
        return withSwap(on ? Swap.Settings.ON : Swap.Settings.OFF);
    }

    public Economy withSwap(Swap.Settings wanted) {
        return new Economy(wanted, chunks, slice, offload);
    }

    public Economy withChunks(int pieces) {
        return new Economy(swap, pieces, slice, offload);
    }

    public Economy withSlice(boolean on) {
        return new Economy(swap, chunks, on, offload);
    }

    public Economy withOffload(Offload wanted) {
        return new Economy(swap, chunks, slice, wanted);
    }

    /// Runs the sites that are computed.
    public Runner runner() {
        Runner scoped = new Scoped(Runner.PLAIN);
        return chunks == 1 ? scoped : new Chunked(chunks, scoped);
    }
}
