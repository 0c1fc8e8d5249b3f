package lightcache4j.cli;

import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.model.run.cache.UnusableCache;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// What is reused from one denoising step to the next.
final class CacheOptions {
    @Option(
            names = "--cache",
            paramLabel = "NAME[:KEY=VALUE,...]",
            converter = Converter.class,
            description =
                    "Reuse what earlier steps computed: uniform, first-block, taylorseer, "
                            + "magcache, easycache, dbcache or pab, such as "
                            + "first-block:threshold=0.1; docs/caching.md has the keys. "
                            + "(default: compute everything)")
    private SessionFactory sessions = SessionFactory.PLAIN;

    /// How the denoiser is run.
    SessionFactory sessions() {
        return sessions;
    }

    /// Reads a policy.
    static final class Converter implements ITypeConverter<SessionFactory> {
        @Override
        public SessionFactory convert(String text) {
            try {
                return Caching.of(text);
            } catch (UnusableCache e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
