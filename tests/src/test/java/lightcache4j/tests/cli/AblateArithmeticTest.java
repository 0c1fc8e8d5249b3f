package lightcache4j.tests.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import lightcache4j.cli.ablate.Choice;
import lightcache4j.cli.ablate.MemoryTrace;
import lightcache4j.cli.ablate.PolicyList;
import lightcache4j.cli.ablate.Statistic;
import lightcache4j.cli.media.Frame;
import lightcache4j.cli.media.Motion;
import lightcache4j.tensors.Part;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Stage;

import org.junit.jupiter.api.Test;

import java.util.List;

/// What `ablate` computes from what it measures, against values worked out by hand.
class AblateArithmeticTest {
    private static Frame pixel(double red, double green, double blue) {
        return new Frame(1, 1, new float[] {(float) red, (float) green, (float) blue});
    }

    @Test
    void motionEnergyIsTheMeanSquaredChange() {
        List<Frame> clip =
                List.of(pixel(0, 0, 0), pixel(0.5, 0, 0), pixel(0.5, 0.25, 1), pixel(0.5, 0.25, 1));
        double[] expected = {0.25 / 3, 1.0625 / 3, 0};
        assertArrayEquals(expected, Motion.energies(clip), 1e-12);
        assertEquals(0, Motion.energies(clip.subList(0, 1)).length);
    }

    @Test
    void temporalDeviationIsRelativeToTheReference() {
        double[] reference = {0.1, 0.2, 0.4};
        assertEquals(0, Motion.deviation(reference, reference).orElseThrow());
        double[] still = {0, 0, 0};
        assertEquals(1, Motion.deviation(still, reference).orElseThrow(), 1e-12);
        double[] other = {0.15, 0.1, 0.8}; // off by half, by half, by all
        assertEquals(2.0 / 3, Motion.deviation(other, reference).orElseThrow(), 1e-12);
        assertTrue(Motion.deviation(new double[0], new double[0]).isEmpty());
        assertThrows(
                IllegalArgumentException.class, () -> Motion.deviation(new double[1], reference));
    }

    @Test
    void aReferenceThatStandsStillDividesNothingByZero() {
        double least = Math.pow(0.5 / 255, 2);
        assertEquals(0, Motion.deviation(new double[1], new double[1]).orElseThrow());
        double[] moved = {3 * least};
        assertEquals(3, Motion.deviation(moved, new double[1]).orElseThrow(), 1e-12);
    }

    @Test
    void meanAndSpread() {
        Statistic s = Statistic.of(1, 2, 6);
        assertEquals(3, s.mean(), 1e-12);
        assertEquals(Math.sqrt((4 + 1 + 9) / 2.0), s.spread(), 1e-12);
        assertEquals(new Statistic(5, 0), Statistic.of(5));
        assertFalse(Statistic.of(1, Double.NaN).known());
    }

    private static List<String> names(String list) {
        return PolicyList.of(list).stream().map(PolicyList.Entry::name).toList();
    }

    private static List<String> texts(String list) {
        return PolicyList.of(list).stream().map(PolicyList.Entry::text).toList();
    }

    @Test
    void policiesArePartedByCommasAndSoAreTheirSettings() {
        String list =
                "uniform:interval=3,branch=1, pab , magcache:mag_ratios=C:\\ratios,threshold=1";
        assertEquals(
                List.of(
                        "uniform:interval=3,branch=1",
                        "pab",
                        "magcache:mag_ratios=C:\\ratios,threshold=1"),
                texts(list));
        assertEquals(List.of("uniform", "pab", "magcache"), names(list));
        assertEquals(List.of(), texts("none"));
    }

    @Test
    void aPolicyThatOccursTwiceIsCalledByItsSettings() {
        assertEquals(
                List.of("uniform:interval=2", "uniform:interval=3", "pab"),
                names("uniform:interval=2,uniform:interval=3,pab,pab"));
    }

    @Test
    void theFastestThatIsNearEnoughIsChosen() {
        Choice.Trial near = new Choice.Trial("near", 3, 40);
        Choice.Trial just = new Choice.Trial("just", 2, 25);
        Choice.Trial far = new Choice.Trial("far", 1, 24.9);
        assertEquals("just", Choice.of(List.of(near, just, far)).orElseThrow().policy());
        assertEquals("near", Choice.of(List.of(near, far)).orElseThrow().policy());
        Choice nearest = Choice.of(List.of(new Choice.Trial("off", 1, 10), far)).orElseThrow();
        assertEquals("far", nearest.policy());
        assertTrue(nearest.why().startsWith("none has 25 dB"), nearest.why());
        assertTrue(Choice.of(List.of()).isEmpty());
    }

    @Test
    void aTraceNeverLosesItsPeak() {
        MemoryTrace trace = new MemoryTrace(Pool.HOST);
        long most = 0;
        long held = 0;
        for (int i = 0; i < 50_000; i++) {
            long bytes = (i * 7919L) % 1000;
            trace.changed(Stage.DENOISE, Pool.HOST, Part.ACTIVATIONS, bytes);
            held += bytes;
            if (i % 100 == 99) {
                most = Math.max(most, held);
                trace.changed(Stage.DENOISE, Pool.HOST, Part.ACTIVATIONS, -held);
                held = 0;
            }
        }
        trace.changed(Stage.LOAD, Pool.DISK, Part.ACTIVATIONS, 1L << 40);
        trace.finish();
        assertEquals(most, trace.peak());
        List<MemoryTrace.Sample> spans = trace.spans(50);
        assertEquals(50, spans.size());
        assertEquals(most, spans.stream().mapToLong(MemoryTrace.Sample::total).max().orElseThrow());
        assertTrue(Double.isNaN(trace.began(Stage.DECODE)));
        assertFalse(trace.held(Part.STATE));
    }

    @Test
    void aTraceOfADeviceLeavesOutWhatTheHostHolds() {
        MemoryTrace trace = new MemoryTrace(Pool.DEVICE);
        trace.changed(Stage.DENOISE, Pool.DEVICE, Part.FEATURES, 300);
        trace.changed(Stage.DENOISE, Pool.HOST, Part.SWAPPED, 500);
        trace.changed(Stage.DENOISE, Pool.DEVICE, Part.FEATURES, -200);
        trace.finish();
        assertEquals(300, trace.peak());
        assertTrue(trace.held(Part.FEATURES));
        assertFalse(trace.held(Part.SWAPPED));
    }
}
