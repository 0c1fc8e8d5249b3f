/// Video diffusion models, their schedules and the pipelines that run them; knows no backend.
@org.jspecify.annotations.NullMarked
module lightcache4j.model {
    requires transitive lightcache4j.tensors;
    requires transitive lightcache4j.weights;
    requires jdk.jfr;
    requires static transitive org.jspecify;

    exports lightcache4j.model.dit;
    exports lightcache4j.model.layers;
    exports lightcache4j.model.pipeline;
    exports lightcache4j.model.run;
    exports lightcache4j.model.run.cache;
    exports lightcache4j.model.run.offload;
    exports lightcache4j.model.run.swap;
    exports lightcache4j.model.schedule;
    exports lightcache4j.model.text;
    exports lightcache4j.model.vae;
}
