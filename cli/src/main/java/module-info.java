/// The command line, and the one place that picks a backend.
@org.jspecify.annotations.NullMarked
module lightcache4j.cli {
    requires lightcache4j.model;
    requires info.picocli;
    requires java.desktop;
    requires jdk.jfr;
    requires jdk.management;
    requires jcodec;
    requires static org.jspecify;

    uses lightcache4j.tensors.Backend.Provider;

    opens lightcache4j.cli to
            info.picocli;
}
