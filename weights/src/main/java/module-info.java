/// Checkpoints as data: safetensors, shards, archives, configurations; nothing in them is executed.
@org.jspecify.annotations.NullMarked
module lightcache4j.weights {
    requires transitive lightcache4j.tensors;
    requires transitive com.fasterxml.jackson.databind;
    requires org.apache.commons.compress;
    requires static transitive org.jspecify;

    exports lightcache4j.weights;
}
