package lightcache4j.model.run.offload;

import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Site;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// While a block computes, the next one's weights are fetched; a block's own leave behind it. So
/// two are in memory.
///
/// A block is an element of a list, such as `transformer_blocks.7`. What stands alone, such as
/// `proj_out`, is small: it is fetched once, when it is first used, and kept until the end. What no
/// site names, such as an embedding of which a few rows are read, is left to the system until then.
///
/// Where something else comes than was foreseen, say since a cache took the place of all blocks but
/// the first, what was fetched ahead is dropped.
final class BlockStream implements WeightStream {
    private final Units units;
    private final Copies copies;
    private final boolean keeps;
    private final Order order;
    private final Map<Unit, Copies.Fetch> held = new HashMap<>();
    private @Nullable Unit ahead;
    private boolean within;

    /// @param keeps whether blocks too are kept until the end
    BlockStream(Units units, Copies copies, boolean keeps) {
        this.units = units;
        this.copies = copies;
        this.keeps = keeps;
        this.order = new Order(units);
    }

    @Override
    public Runner over(Runner next) {
        return new Offloaded(this::visit, next);
    }

    private Visit visit(Site site) {
        if (within) {
            return Visit.NONE;
        }
        Unit unit = units.at(site.path());
        return unit.isEmpty() ? Visit.NONE : new Use(unit);
    }

    private final class Use implements Visit {
        private final Unit unit;
        private boolean begun;

        Use(Unit unit) {
            this.unit = unit;
        }

        @Override
        public void begin() {
            if (!begun) {
                begun = true;
                within = true;
                enter(unit);
            }
        }

        @Override
        public void end() {
            if (begun) {
                within = false;
                leave(unit);
            }
        }
    }

    private void enter(Unit unit) {
        boolean block = unit.isElement();
        if (block) {
            dropAheadUnless(unit);
            order.used(unit);
        }
        Copies.Fetch wanted = held.computeIfAbsent(unit, u -> copies.fetch(u, false));
        if (block) {
            Unit next = order.next(unit);
            ahead = keeps ? null : next;
            held.computeIfAbsent(next, u -> copies.fetch(u, true));
        }
        copies.await(wanted);
    }

    private void dropAheadUnless(Unit unit) {
        if (ahead != null && !ahead.equals(unit)) {
            drop(ahead);
        }
        ahead = null;
    }

    private void leave(Unit unit) {
        if (!keeps && unit.isElement() && !unit.equals(ahead)) {
            drop(unit);
        }
    }

    private void drop(Unit unit) {
        Copies.Fetch fetch = held.remove(unit);
        if (fetch != null) {
            copies.evict(fetch);
        }
    }

    @Override
    public void close() {
        held.values().forEach(copies::evict);
        held.clear();
        copies.evictUncounted(units.all());
        copies.close();
    }
}
