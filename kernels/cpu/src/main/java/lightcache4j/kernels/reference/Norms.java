package lightcache4j.kernels.reference;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

/// Norms: mean first, then the variance about it, both in double precision.
final class Norms {
    private Norms() {}

    static void layerNorm(
            Tensor out, Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, float eps) {
        Elements y = Elements.of(out);
        Elements a = Elements.of(x);
        long width = x.dim(-1);
        for (long row = 0; row < x.shape().rows(); row++) {
            double mean = 0;
            for (long i = 0; i < width; i++) {
                mean += a.get(row * width + i) / (double) width;
            }
            double variance = 0;
            for (long i = 0; i < width; i++) {
                double d = a.get(row * width + i) - mean;
                variance += d * d / width;
            }
            double rdev = 1 / Math.sqrt(variance + eps);
            for (long i = 0; i < width; i++) {
                double w = weight == null ? 1 : Elements.of(weight).get(i);
                double b = bias == null ? 0 : Elements.of(bias).get(i);
                y.set(row * width + i, (a.get(row * width + i) - mean) * rdev * w + b);
            }
        }
    }

    static void rmsNorm(Tensor out, Tensor x, @Nullable Tensor weight, float eps) {
        Elements y = Elements.of(out);
        Elements a = Elements.of(x);
        long width = x.dim(-1);
        for (long row = 0; row < x.shape().rows(); row++) {
            double square = 0;
            for (long i = 0; i < width; i++) {
                square += (double) a.get(row * width + i) * a.get(row * width + i) / width;
            }
            double factor = 1 / Math.sqrt(square + eps);
            for (long i = 0; i < width; i++) {
                double w = weight == null ? 1 : Elements.of(weight).get(i);
                y.set(row * width + i, a.get(row * width + i) * factor * w);
            }
        }
    }

    static void groupStatistics(Tensor out, Tensor x, int groups, float eps) {
        Elements statistics = Elements.of(out); // [F or 1, groups, 2]
        Elements a = Elements.of(x); // [F, H, W, C]
        long channels = x.dim(3);
        long each = channels / groups;
        long pieces = out.dim(0);
        long positions = pieces == 0 ? 0 : x.shape().rows() / pieces;
        for (long piece = 0; piece < pieces; piece++) {
            for (long g = 0; g < groups; g++) {
                long start = piece * positions * channels + g * each;
                double mean = 0;
                for (long i = 0; i < positions * each; i++) {
                    mean += a.get(start + i / each * channels + i % each);
                }
                mean /= positions * each;
                double variance = 0;
                for (long i = 0; i < positions * each; i++) {
                    double d = a.get(start + i / each * channels + i % each) - mean;
                    variance += d * d;
                }
                variance /= positions * each;
                statistics.set((piece * groups + g) * 2, mean);
                statistics.set((piece * groups + g) * 2 + 1, 1 / Math.sqrt(variance + eps));
            }
        }
    }

    static void groupNormalize(
            Tensor out,
            Tensor x,
            Tensor statistics,
            Tensor weight,
            Tensor bias,
            Activation activation) {
        Elements y = Elements.of(out);
        Elements a = Elements.of(x);
        Elements s = Elements.of(statistics);
        Elements w = Elements.of(weight);
        Elements b = Elements.of(bias);
        long channels = x.dim(3);
        long groups = statistics.dim(1);
        long perPiece = statistics.dim(0) == 0 ? 1 : x.size() / statistics.dim(0);
        for (long i = 0; i < x.size(); i++) {
            long channel = i % channels;
            long pair = (i / perPiece * groups + channel / (channels / groups)) * 2;
            double normal = (a.get(i) - (double) s.get(pair)) * s.get(pair + 1);
            double value = normal * w.get(channel) + b.get(channel);
            y.set(i, Pointwise.activate(value, activation));
        }
    }
}
