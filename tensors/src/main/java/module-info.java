/// Shapes, tensors, the memory they live in, and the operations that a backend provides.
@org.jspecify.annotations.NullMarked
module lightcache4j.tensors {
    requires static transitive org.jspecify;

    exports lightcache4j.tensors;
}
