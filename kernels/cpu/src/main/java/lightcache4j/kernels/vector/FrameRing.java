package lightcache4j.kernels.vector;

import java.util.Arrays;

/// The frames that a kernel sees, in places that go round: the next output frame brings in what it
/// sees more, in place of what it sees no longer.
final class FrameRing {
    /// Brings a frame of the input into a place.
    @FunctionalInterface
    interface Fill {
        /// @param frame negative for what stands before the first
        void run(int frame, int place);
    }

    private final ConvCall call;

    /// Which frame each place holds.
    private final int[] held;

    FrameRing(ConvCall call) {
        this.call = call;
        this.held = new int[call.kt()];
        Arrays.fill(held, Integer.MIN_VALUE);
    }

    /// Brings in what an output frame sees; returns the place of its first frame.
    int show(int frame, Fill fill) {
        int first = frame * call.geometry().strideFrames() - call.geometry().before();
        for (int t = first; t < first + held.length; t++) {
            int place = Math.floorMod(t, held.length);
            if (held[place] != t) {
                fill.run(t, place);
                held[place] = t;
            }
        }
        return Math.floorMod(first, held.length);
    }
}
