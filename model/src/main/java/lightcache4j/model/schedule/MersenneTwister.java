package lightcache4j.model.schedule;

/// The generator MT19937 of Matsumoto and Nishimura ("Mersenne Twister: a 623-dimensionally
/// equidistributed uniform pseudorandom number generator", ACM TOMACS 8, 1998), seeded as its
/// authors' `init_genrand` and as PyTorch's CPU generator are.
final class MersenneTwister {
    private static final int WORDS = 624;
    private static final int SHIFT = 397;
    private static final int TWIST = 0x9908b0df;
    private static final int TOP_BIT = 0x80000000;
    private static final int SEED_FACTOR = 1812433253;

    private final int[] state = new int[WORDS];
    private int next = WORDS;

    /// @param seed only its low 32 bits count
    MersenneTwister(long seed) {
        state[0] = (int) seed;
        for (int i = 1; i < WORDS; i++) {
            int before = state[i - 1];
            state[i] = SEED_FACTOR * (before ^ (before >>> 30)) + i;
        }
    }

    /// The next 32 bits.
    int next32() {
        if (next == WORDS) {
            twist();
        }
        int y = state[next++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c5680;
        y ^= (y << 15) & 0xefc60000;
        return y ^ (y >>> 18);
    }

    /// The next 64 bits: two words, the first one high.
    long next64() {
        long high = next32();
        return (high << 32) | Integer.toUnsignedLong(next32());
    }

    private void twist() {
        for (int i = 0; i < WORDS; i++) {
            int joined = (state[i] & TOP_BIT) | (state[(i + 1) % WORDS] & ~TOP_BIT);
            int twist = (joined & 1) == 0 ? 0 : TWIST;
            state[i] = state[(i + SHIFT) % WORDS] ^ (joined >>> 1) ^ twist;
        }
        next = 0;
    }
}
