package lightcache4j.cli;

import lightcache4j.model.pipeline.Request;
import lightcache4j.model.run.SessionFactory;
import lightcache4j.model.run.cache.AutomaticCaching;
import lightcache4j.model.run.cache.Caching;
import lightcache4j.model.run.cache.Calibration;
import lightcache4j.model.run.cache.UnusableCache;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import java.nio.file.Path;
import java.util.function.Consumer;

/// What is reused from one denoising step to the next.
final class CacheOptions {
    private static final double PSNR = 30;

    @Option(
            names = "--cache",
            paramLabel = "NAME[:KEY=VALUE,...]",
            converter = Known.class,
            description =
                    "Reuse what earlier steps computed: uniform, first-block, taylorseer, teacache,"
                            + " easycache, magcache, dbcache, pab, fastercache or smoothcache, such as"
                            + " first-block:threshold=0.1; docs/caching.md has the keys. auto chooses"
                            + " by --quality. magcache, smoothcache and auto go by what calibrate"
                            + " wrote. (default: compute everything)")
    private @Nullable String cache;

    @Option(
            names = "--quality",
            paramLabel = "psnr=DB",
            converter = Decibels.class,
            description =
                    "What --cache auto keeps to: the least PSNR of frames against a run that"
                            + " computes everything. (default: psnr=30)")
    private @Nullable Double quality;

    /// How the denoiser is run.
    ///
    /// @param request what is asked for
    /// @param beside the calibration beside the model, if there is one
    /// @param notice is told what is done otherwise than asked, and what was chosen
    /// @throws UsageFailure if the policy does not suit, or needs a calibration and has none
    SessionFactory sessions(Request request, @Nullable Path beside, Consumer<String> notice) {
        boolean automatic = cache != null && cache.split(":", 2)[0].equals(AutomaticCaching.NAME);
        if (quality != null && !automatic) {
            throw new UsageFailure(
                    "cache: --quality is given with %s, wanted --cache auto"
                            .formatted(cache == null ? "no --cache" : "--cache " + cache));
        }
        if (cache == null) {
            return SessionFactory.PLAIN;
        }
        try {
            if (automatic) {
                double psnr = quality == null ? PSNR : quality;
                AutomaticCaching chosen =
                        AutomaticCaching.of(cache, psnr, setup(request, 1), beside);
                chosen.notices().forEach(notice);
                return chosen.sessions();
            }
            Caching caching = Caching.of(cache, beside);
            caching.notices().forEach(notice);
            return caching;
        } catch (UnusableCache e) {
            throw new UsageFailure(String.valueOf(e.getMessage()));
        }
    }

    /// What a request runs, as a calibration notes it.
    static Calibration.Setup setup(Request request, int runs) {
        return new Calibration.Setup(
                request.sampling().steps(),
                request.size().width(),
                request.size().height(),
                request.size().frames(),
                request.sampling().guidance(),
                runs);
    }

    /// Takes what begins with the name of a policy; the rest is read once the model is known.
    static final class Known implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            try {
                Caching.requireKnown(text);
                return text;
            } catch (UnusableCache e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /// Reads `psnr=30`.
    static final class Decibels implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            if (!text.matches("psnr=\\d{1,3}(\\.\\d+)?")) {
                throw new TypeConversionException(
                        "is \"%s\", wanted decibels, such as psnr=30".formatted(text));
            }
            return Double.valueOf(text.substring(text.indexOf('=') + 1));
        }
    }
}
