package lightcache4j.cli.ablate;

import lightcache4j.tensors.Pool;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What an experiment found.
///
/// @param plan what was compared
/// @param backend what computed
/// @param pool where it did: the memory that the techniques are to save
/// @param cache the policy of the rows `cache…` and `lightcache`
/// @param why it is that one
/// @param rows in order
/// @param leftOut policies that cannot run here
/// @param exhibits clips and memory over time, where the plan wanted pictures
public record Results(
        Plan plan,
        String backend,
        Pool pool,
        String cache,
        String why,
        List<Row> rows,
        List<LeftOut> leftOut,
        List<Exhibit> exhibits) {

    /// A policy that cannot run here.
    ///
    /// @param reason one line
    public record LeftOut(String name, String reason) {}

    /// One row.
    ///
    /// @param how what it does, in words
    public record Row(String name, String how, Map<Column, Statistic> numbers) {

        /// Numbers of each case, in mean and spread.
        static Row of(Contender row, List<Reading> cases, List<Reading> baseline) {
            Map<Column, Statistic> numbers = new EnumMap<>(Column.class);
            for (Column column : Column.values()) {
                double[] values = new double[cases.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = cases.get(i).value(column, baseline.get(i));
                }
                numbers.put(column, Statistic.of(values));
            }
            return new Row(row.name(), row.how(), numbers);
        }

        /// One number of it.
        public Statistic get(Column column) {
            return numbers.getOrDefault(column, new Statistic(Double.NaN, Double.NaN));
        }
    }

    /// The most that was held in the memory that the techniques are to save, over the whole run.
    Column peak() {
        return pool == Pool.DEVICE ? Column.TOTAL_DEVICE : Column.TOTAL_PEAK;
    }

    /// What [#peak] is of, to follow a number: nothing where all memory is of one kind.
    String where() {
        return pool == Pool.DEVICE ? " on the device" : "";
    }

    /// The row of that name.
    ///
    /// @throws IllegalArgumentException if there is none
    public Row row(String name) {
        return rows.stream()
                .filter(row -> row.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("results: there is no row " + name));
    }
}
