package lightcache4j.model.run;

import lightcache4j.model.run.swap.Swap;

/// What a run does to take less memory. None of it changes what is computed, save where it says so.
///
/// The three techniques of LightCache (arXiv:2510.05367, section 3) and the streaming of weights:
///
/// @param swap what is kept from one use to the next (cached features, the frames that a causal
///   decoder looks back at) lives outside working memory in between, copied by a thread of its own
/// @param chunking which layers are computed in pieces, along an axis that their site declares
///   independent. Results are the same bit for bit
/// @param slice frames leave the decoder as soon as they are computed; else the whole clip is held,
///   as diffusers does
/// @param tile side in pixels of the square tiles that frames are decoded in, their seams blended;
///   0 decodes them whole. Tiles do not see beyond their borders, so the result changes a little
/// @param offload where weights are between uses
public record Economy(
        Swap.Settings swap, Chunking chunking, boolean slice, int tile, Offload offload) {

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
    public static final Economy NONE =
            new Economy(Swap.Settings.OFF, Chunking.NONE, false, 0, Offload.NONE);

    /// What costs nothing: frames leave as they are decoded.
    public static final Economy DEFAULT =
            new Economy(Swap.Settings.OFF, Chunking.NONE, true, 0, Offload.NONE);

    public Economy {
        if (tile < 0) {
            throw new IllegalArgumentException("economy: tile is " + tile + ", wanted 0 or more");
        }
    }

    /// The most pieces that a layer is computed in, at least 1.
    public int chunks() {
        return chunking.most();
    }

    /// @param on whether kept tensors leave memory, to the system's folder of temporary files
    public Economy withSwap(boolean on) {
        return withSwap(on ? Swap.Settings.ON : Swap.Settings.OFF);
    }

    public Economy withSwap(Swap.Settings wanted) {
        return new Economy(wanted, chunking, slice, tile, offload);
    }

    /// @param pieces that every layer which can be cut is computed in, at least 1
    public Economy withChunks(int pieces) {
        return withChunking(Chunking.everywhere(pieces));
    }

    public Economy withChunking(Chunking wanted) {
        return new Economy(swap, wanted, slice, tile, offload);
    }

    public Economy withSlice(boolean on) {
        return new Economy(swap, chunking, on, tile, offload);
    }

    public Economy withTile(int side) {
        return new Economy(swap, chunking, slice, side, offload);
    }

    public Economy withOffload(Offload wanted) {
        return new Economy(swap, chunking, slice, tile, wanted);
    }

    /// Runs the sites that are computed.
    public Runner runner() {
        return new Chunked(chunking, new Scoped(Runner.PLAIN));
    }
}
