package lightcache4j.model.run.cache;

import lightcache4j.model.run.Course;
import lightcache4j.model.run.Features;
import lightcache4j.model.run.Runner;
import lightcache4j.model.run.Session;
import lightcache4j.model.run.Site;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Measures one guidance branch of one uncached run.
final class CalibratedBranch implements Session {
    private static final int SAMPLE = 1 << 16;

    private final Calibrating calibrating;
    private final Runner next;
    private final Coverage blocks;
    private final String modulatedSite;
    private final Map<Layers, Coverage> layers = new HashMap<>();
    private final Map<String, Deque<float[]>> last =
            new HashMap<>(); // newest first, and one to reuse
    private @Nullable List<Double> ratios;
    private float[] input = {};
    private float[] residual = {};
    private float[] modulated = {};
    private float[] output = {};
    private double inputChange;

    CalibratedBranch(Calibrating calibrating, Course course, Runner next) {
        this.calibrating = calibrating;
        this.next = next;
        this.blocks = Coverage.blocks(course, 0, course.depth());
        this.modulatedSite = ModulatedChange.site(course);
        for (Layers kind : Layers.values()) {
            layers.put(kind, kind.in(course));
        }
    }

    @Override
    public Runner at(int step) {
        return (site, x, body) -> {
            Coverage.Place place = blocks.place(site);
            if (place.begins()) {
                input = floats(x.video());
            }
            Features y = next.run(site, x, body);
            if (place.ends()
                    && input.length > 0) { // the last block, not the span that ends with it
                blocksDone(y);
            }
            layers.forEach((kind, covers) -> layerDone(kind, covers, step, site, y));
            if (site.path().equals(modulatedSite)) {
                float[] now = floats(y.video());
                inputChange = change(now, modulated, modulated);
                modulated = now;
            }
            if (site.equals(Site.MODEL)) {
                modelDone(step, y);
            }
            return y;
        };
    }

    /// The ratio of residuals as diffusers' calibration of MagCache has it: the mean over tokens of
    /// `‖r(t)‖ / (‖r(t − 1)‖ + 10⁻⁸)`, and 1 at the first step.
    private void blocksDone(Features y) {
        int dim = Math.toIntExact(y.video().dim(-1));
        float[] now = floats(y.video());
        for (int i = 0; i < now.length; i++) {
            now[i] -= input[i];
        }
        if (ratios == null) {
            ratios = calibrating.begin();
            ratios.add(1.0);
        } else {
            double sum = 0;
            for (int i = 0; i < now.length; i += dim) {
                sum += norm(now, i, dim) / (norm(residual, i, dim) + 1e-8);
            }
            ratios.add(sum * dim / now.length);
        }
        residual = now;
        input = new float[0];
    }

    private void layerDone(Layers kind, Coverage covers, int step, Site site, Features y) {
        if (covers.place(site) != Coverage.Place.WHOLE) {
            return;
        }
        Deque<float[]> before = last.computeIfAbsent(site.path(), _ -> new ArrayDeque<>());
        float[] now = sample(y, before.size() > Calibrating.REACH ? before.removeLast() : null);
        int distance = 0;
        for (float[] old : before) {
            calibrating.error(kind, step, ++distance, change(now, old, now));
        }
        before.addFirst(now);
    }

    private void modelDone(int step, Features y) {
        float[] now = floats(y.video());
        if (step > 0) {
            calibrating.change(inputChange, change(now, output, output));
        }
        output = now;
    }

    /// `Σ |now − before| / Σ |scale|`.
    private static double change(float[] now, float[] before, float[] scale) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < before.length; i++) {
            difference += Math.abs((double) now[i] - before[i]);
            size += Math.abs(scale[i]);
        }
        return difference / size;
    }

    private static double norm(float[] values, int from, int length) {
        double squares = 0;
        for (int i = from; i < from + length; i++) {
            squares += (double) values[i] * values[i];
        }
        return Math.sqrt(squares);
    }

    private static float[] floats(Tensor x) {
        return Workspace.current().download(x).toFloats();
    }

    /// At most [#SAMPLE] numbers of both streams, evenly spread.
    ///
    /// @param reused an earlier sample of the same layer that is not wanted any more. With a new
    ///   one each time the heap grew to all that it may, as they live too long to be collected
    ///   early
    private static float[] sample(Features y, float @Nullable [] reused) {
        float[] video = floats(y.video());
        Tensor words = y.text();
        float[] text = words == null ? new float[0] : floats(words);
        int all = video.length + text.length;
        int stride = (all + SAMPLE - 1) / SAMPLE;
        float[] sample = reused == null ? new float[all / stride] : reused;
        for (int i = 0; i < sample.length; i++) {
            int at = i * stride;
            sample[i] = at < video.length ? video[at] : text[at - video.length];
        }
        return sample;
    }
}
