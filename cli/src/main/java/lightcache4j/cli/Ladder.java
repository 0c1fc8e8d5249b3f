package lightcache4j.cli;

import lightcache4j.cli.media.Frame;
import lightcache4j.cli.media.Similarity;
import lightcache4j.model.pipeline.EasyAnimatePipeline;
import lightcache4j.model.pipeline.Engine;
import lightcache4j.model.pipeline.Listener;
import lightcache4j.model.pipeline.Request;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.model.run.cache.Calibration;
import lightcache4j.model.run.cache.Tally;
import lightcache4j.model.run.cache.UnusableCache;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.MemoryLedger;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Tries policies of rising thrift: how much each computes, and how near its frames stay to those
/// of the uncached run from the same noise.
///
/// @param file where the tables are that some policies go by
/// @param progress is told how far it has come
record Ladder(
        EasyAnimatePipeline pipeline,
        Backend backend,
        MemoryLedger ledger,
        Path file,
        Consumer<String> progress) {
    private static final double EQUAL = 100; // decibels that stand for no difference at all

    /// What is tried, from little to much within a policy. EARLY and LATER stand for a fifth and
    /// for three tenths of the steps: how a clip will look is settled in the first ones, and what
    /// is reused there costs the most likeness.
    private static final List<String> POLICIES =
            List.of(
                    "uniform:interval=2",
                    "uniform:interval=3",
                    "uniform:interval=4",
                    "uniform:interval=2,warmup_steps=EARLY",
                    "uniform:interval=3,warmup_steps=EARLY",
                    "uniform:interval=4,warmup_steps=EARLY",
                    "uniform:interval=3,warmup_steps=LATER",
                    "uniform:interval=4,warmup_steps=LATER",
                    "first-block:threshold=0.05",
                    "first-block:threshold=0.1",
                    "first-block:threshold=0.2",
                    "taylorseer:cache_interval=2,use_lite_mode=true",
                    "taylorseer:cache_interval=3,use_lite_mode=true",
                    "taylorseer:cache_interval=4,use_lite_mode=true",
                    "taylorseer:cache_interval=2,use_lite_mode=true,disable_cache_before_step=EARLY",
                    "taylorseer:cache_interval=3,use_lite_mode=true,disable_cache_before_step=EARLY",
                    "taylorseer:cache_interval=4,use_lite_mode=true,disable_cache_before_step=EARLY",
                    "taylorseer:cache_interval=2,use_lite_mode=true,disable_cache_before_step=LATER",
                    "taylorseer:cache_interval=3,use_lite_mode=true,disable_cache_before_step=LATER",
                    "taylorseer:cache_interval=4,use_lite_mode=true,disable_cache_before_step=LATER",
                    "easycache:threshold=0.025",
                    "easycache:threshold=0.05",
                    "easycache:threshold=0.1",
                    "magcache:threshold=0.03",
                    "magcache:threshold=0.06",
                    "magcache:threshold=0.12",
                    "teacache:threshold=0.05",
                    "teacache:threshold=0.1",
                    "teacache:threshold=0.2",
                    "dbcache:fn_compute_blocks=1,residual_diff_threshold=0.08",
                    "dbcache:fn_compute_blocks=1,residual_diff_threshold=0.16",
                    "smoothcache:alpha=0.05",
                    "smoothcache:alpha=0.1",
                    "smoothcache:alpha=0.2",
                    "pab:spatial_range=2",
                    "fastercache");

    private static List<String> policies(int steps) {
        String early = String.valueOf(Math.max(1, steps / 5));
        String later = String.valueOf(Math.max(1, 3 * steps / 10));
        return POLICIES.stream()
                .map(policy -> policy.replace("EARLY", early).replace("LATER", later))
                .distinct()
                .toList();
    }

    /// What came of a policy so far.
    private static final class Tried {
        private final List<Double> psnr = new ArrayList<>();
        private double computed;
    }

    /// Runs every policy on every request; those that the model cannot take are left out.
    List<Calibration.Candidate> climb(List<Request> requests) {
        Map<String, Tried> tried = new LinkedHashMap<>();
        policies(requests.getFirst().sampling().steps())
                .forEach(policy -> tried.put(policy, new Tried()));
        for (int i = 0; i < requests.size(); i++) {
            Request request = requests.get(i);
            List<Frame> uncached = new ArrayList<>();
            long all = computed(SessionFactory.PLAIN, request, uncached);
            for (Map.Entry<String, Tried> entry : List.copyOf(tried.entrySet())) {
                String policy = entry.getKey();
                progress.accept("run %d of %d: %s".formatted(i + 1, requests.size(), policy));
                try {
                    add(entry.getValue(), policy, request, uncached, all);
                } catch (UnusableCache e) {
                    progress.accept("left out: " + e.getMessage());
                    tried.remove(policy);
                }
            }
        }
        List<Calibration.Candidate> candidates = new ArrayList<>();
        tried.forEach(
                (policy, t) ->
                        candidates.add(
                                new Calibration.Candidate(
                                        policy, t.computed / requests.size(), t.psnr)));
        return candidates;
    }

    private void add(Tried tried, String policy, Request request, List<Frame> uncached, long all) {
        List<Frame> frames = new ArrayList<>();
        long computed = computed(Caching.of(policy, file), request, frames);
        Similarity similarity = new Similarity();
        Iterator<Frame> others = frames.iterator();
        uncached.forEach(frame -> similarity.add(frame, others.next()));
        tried.computed += (double) computed / all;
        tried.psnr.add(Math.min(EQUAL, similarity.psnr()));
    }

    /// Attentions and feed-forwards that a run computed.
    private long computed(SessionFactory sessions, Request request, List<Frame> frames) {
        Tally tally = new Tally(sessions);
        Engine engine = new Engine(backend, ledger, Listener.NONE, tally);
        pipeline.generate(engine, request, frame -> frames.add(Frame.of(frame)));
        return tally.computed();
    }
}
