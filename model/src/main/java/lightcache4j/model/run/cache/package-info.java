/// Caching of features from one denoising step to another, without training.
///
/// Neighbouring steps ask the denoiser for nearly the same thing. A policy
/// ([lightcache4j.model.run.cache.Policy]) says at which steps what an earlier one gave will do; it
/// sees step numbers and one measurement, never a tensor. What it covers
/// ([lightcache4j.model.run.cache.Coverage]) is not run at those steps, and what is kept of it
/// ([lightcache4j.model.run.cache.Retention]) stands in. All of it happens in one runner
/// ([lightcache4j.model.run.cache.CachedStep]); a model knows nothing of it.
///
/// Reading order: `Caching`, `CachedStep`, `BranchCache`; `Policy` and one of its records, such as
/// `FirstBlock`; `Retention`, `Gauge`. What policies have to be told of a model is a `Calibration`,
/// measured by `Calibrating`; `AutomaticCaching` chooses by one.
package lightcache4j.model.run.cache;
