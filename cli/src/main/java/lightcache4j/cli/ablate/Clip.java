package lightcache4j.cli.ablate;

import lightcache4j.cli.media.Frame;
import lightcache4j.model.pipeline.Report;

import java.util.List;

/// What a run made and what it took.
record Clip(List<Frame> frames, Report report) {}
