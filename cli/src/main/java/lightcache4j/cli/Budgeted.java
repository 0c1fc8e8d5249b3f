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
record Budgeted(Economy economy, @Nullable MemoryPlan plan) {

    static Budgeted by(MemoryPlan plan) {
        return new Budgeted(plan.economy(), plan);
    }

    /// The plan and why it is this one, in a line.
    static String text(MemoryPlan plan) {
        Footprint foreseen = plan.foreseen();
        Footprint.Held held = foreseen.at(foreseen.fullest());
        String reasons =
                plan.without().entrySet().stream()
                        .map(e -> e.getKey() + " (else " + Bytes.text(e.getValue()) + ")")
                        .collect(Collectors.joining(", "));
        return "memory: of %s, %s will hold %s (%s of tensors, %s of weights)%s"
                .formatted(
                        Bytes.text(plan.budget()),
                        foreseen.fullest().name().toLowerCase(Locale.ROOT),
                        Bytes.text(foreseen.bytes()),
                        Bytes.text(held.tensors()),
                        Bytes.text(held.weights()),
                        reasons.isEmpty() ? ", nothing need be done" : " with " + reasons);
    }

    /// Has the backend keep no more memory for reuse than the plan leaves.
    ///
    /// @throws UsageFailure if there is a plan, and the backend computes elsewhere than planned for
    void restrain(Backend backend) {
        if (plan == null) {
            return;
        }
        if (backend.heap().pool() != Pool.HOST) {
            throw new UsageFailure(
                    "memory-budget: plans are for the memory of the CPU, --backend is %s; wanted --backend cpu"
                            .formatted(backend.name()));
        }
        backend.restrain(plan.foreseen().tensors());
    }

    void print(PrintWriter out, Report report, long mapped) {
        if (plan != null) {
            long held = Footprint.held(report, economy, mapped).bytes();
            out.printf(
                    "budget   %s allowed, %s foreseen, %s held%n",
                    Bytes.text(plan.budget()),
                    Bytes.text(plan.foreseen().bytes()),
                    Bytes.text(held));
        }
    }

    void putInto(ObjectNode node, Report report, long mapped) {
        if (plan == null) {
            return;
        }
        ObjectNode put = node.putObject("budget");
        put.put("bytes", plan.budget());
        put.put("foreseenBytes", plan.foreseen().bytes());
        put.put("heldBytes", Footprint.held(report, economy, mapped).bytes());
        put.put("swap", economy.swap().leave());
        put.put("chunks", economy.chunks());
        put.put("tile", economy.tile());
        put.put("offload", economy.offload().name().toLowerCase(Locale.ROOT));
        ObjectNode without = put.putObject("without");
        plan.without().forEach(without::put);
    }
}
