package lightcache4j.model.run;

import lightcache4j.tensors.Axis;

import java.util.EnumSet;
import java.util.Set;

/// A named place in a model where a [Runner] may step in.
///
/// @param path the checkpoint's own prefix of the weights used there, such as
///   `transformer_blocks.7` or `transformer_blocks.7.ff`; a span of blocks is
///   `transformer_blocks[1..]`
/// @param independent axes along which the body may be computed piece by piece with identical
///   results
public record Site(String path, Set<Axis> independent) {

    /// The whole denoiser, from latents to velocity; all its other sites are within.
    public static final Site MODEL = of("transformer");

    public Site {
        independent = Set.copyOf(independent);
    }

    /// A site without independent axes.
    public static Site of(String path) {
        return new Site(path, Set.of());
    }

    /// Element `index` of a list of layers.
    public static Site of(String path, int index) {
        return of(path + "." + index);
    }

    /// A site independent along these axes.
    public static Site of(String path, Axis first, Axis... more) {
        return new Site(path, EnumSet.of(first, more));
    }

    /// Whether it is a run of blocks, each of which is a site inside it.
    public boolean isSpan() {
        return path.endsWith("]");
    }

    /// The site `name` inside this one.
    public Site at(String name, Axis... axes) {
        return new Site(path + "." + name, Set.of(axes));
    }
}
