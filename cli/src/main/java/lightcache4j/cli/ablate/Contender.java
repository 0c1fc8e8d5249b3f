package lightcache4j.cli.ablate;

import lightcache4j.model.run.Economy;
import lightcache4j.model.run.SessionFactory;

/// What a row of the report runs.
///
/// @param name of the row
/// @param how what it does, in words
/// @param sessions what it caches
/// @param economy what it does to take less memory
record Contender(String name, String how, SessionFactory sessions, Economy economy) {
    /// The row that all others are compared with.
    static final Contender BASELINE =
            new Contender(
                    "baseline",
                    "every step computed, the whole clip decoded and held",
                    SessionFactory.PLAIN,
                    Economy.NONE);

    /// The baseline at as many steps as `lightcache` computes.
    static final Contender FEWER_STEPS =
            new Contender(
                    "fewer-steps",
                    "the baseline at as many steps as lightcache computes",
                    SessionFactory.PLAIN,
                    Economy.NONE);
}
