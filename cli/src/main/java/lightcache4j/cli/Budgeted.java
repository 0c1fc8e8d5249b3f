package lightcache4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

import lightcache4j.model.budget.Footprint;
import lightcache4j.model.budget.MemoryPlan;
import lightcache4j.model.pipeline.Report;
import lightcache4j.model.run.Economy;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.Pool;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;

/// What is done to hold less memory in a run, and the plan that it follows.
///
/// @param economy what is done
/// @param plan null where no budget was set
/// @param pool the memory that is computed in
record Budgeted(Economy economy, @Nullable MemoryPlan plan, Pool pool) {

    /// The plan and why it is this one, in a line.
    String text(MemoryPlan plan) {
        Footprint foreseen = plan.foreseen();
        Footprint.Held held = foreseen.at(foreseen.fullest());
        String reasons =
                plan.without().entrySet().stream()
                        .map(e -> e.getKey() + " (else " + Bytes.text(e.getValue()) + ")")
                        .collect(Collectors.joining(", "));
        return "%s: of %s, %s will hold %s (%s of tensors, %s of weights)%s"
                .formatted(
                        pool == Pool.HOST ? "memory" : pool.label(),
                        Bytes.text(plan.budget()),
                        foreseen.fullest().name().toLowerCase(Locale.ROOT),
                        Bytes.text(foreseen.bytes()),
                        Bytes.text(held.tensors()),
                        Bytes.text(held.weights()),
                        reasons.isEmpty() ? ", nothing need be done" : " with " + reasons);
    }

    /// Has the backend keep no more memory for reuse than the plan leaves.
    void restrain(Backend backend) {
        if (plan != null) {
            backend.restrain(plan.foreseen().tensors());
        }
    }

    /// Bytes of what the budget is for that were held at most.
    private long held(Report report, long mapped) {
        return pool == Pool.HOST
                ? Footprint.held(report, economy, mapped).bytes()
                : report.deviceBytes();
    }

    void print(PrintWriter out, Report report, long mapped) {
        if (plan != null) {
            out.printf(
                    "budget   %s allowed, %s foreseen, %s held%n",
                    Bytes.text(plan.budget()),
                    Bytes.text(plan.foreseen().bytes()),
                    Bytes.text(held(report, mapped)));
        }
    }

    void putInto(ObjectNode node, Report report, long mapped) {
        if (plan == null) {
            return;
        }
        ObjectNode put = node.putObject("budget");
        put.put("bytes", plan.budget());
        put.put("foreseenBytes", plan.foreseen().bytes());
        put.put("heldBytes", held(report, mapped));
        put.put("swap", economy.swap().leave());
        put.put("chunks", economy.chunks());
        put.put("tile", economy.tile());
        put.put("offload", economy.offload().name().toLowerCase(Locale.ROOT));
        ObjectNode without = put.putObject("without");
        plan.without().forEach(without::put);
    }
}
