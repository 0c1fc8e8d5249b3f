package lightcache4j.cli.ablate;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// The report as JSON.
public final class JsonReport {
    private JsonReport() {}

    /// Puts what was compared into `node`, and an array `rows`: each with its `name`, and every
    /// number as an object of `mean` and `spread`, null where it is not known.
    public static void putInto(ObjectNode node, Results results) {
        Plan plan = results.plan();
        node.put("model", plan.model());
        node.put("backend", results.backend());
        node.put("width", plan.size().width());
        node.put("height", plan.size().height());
        node.put("frames", plan.size().frames());
        node.put("steps", plan.sampling().steps());
        node.put("guidance", plan.sampling().guidance());
        plan.prompts().forEach(node.putArray("prompts")::add);
        plan.seeds().forEach(node.putArray("seeds")::add);
        node.put("repeat", plan.repeat());
        node.put("chunks", plan.chunks());
        node.put("cache", results.cache());
        node.put("cacheReason", results.why());
        ArrayNode rows = node.putArray("rows");
        results.rows().forEach(row -> put(rows.addObject(), row));
        ArrayNode leftOut = node.putArray("leftOut");
        results.leftOut()
                .forEach(
                        left ->
                                leftOut.addObject()
                                        .put("name", left.name())
                                        .put("reason", left.reason()));
    }

    private static void put(ObjectNode node, Results.Row row) {
        node.put("name", row.name());
        node.put("how", row.how());
        for (Column column : Column.values()) {
            ObjectNode parent = node;
            String[] path = column.path().split("\\.");
            for (int i = 0; i < path.length - 1; i++) {
                parent = parent.withObjectProperty(path[i]);
            }
            ObjectNode number = parent.putObject(path[path.length - 1]);
            Statistic statistic = row.get(column);
            put(number, "mean", statistic.mean());
            put(number, "spread", statistic.spread());
        }
    }

    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }
}
