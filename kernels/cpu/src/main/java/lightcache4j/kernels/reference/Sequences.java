package lightcache4j.kernels.reference;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

/// The layers of a transformer that look at whole rows of tokens. Letters as in
/// [lightcache4j.tensors.Ops].
final class Sequences {
    private Sequences() {}

    static void linear(
            Tensor out, Tensor x, Tensor weight, @Nullable Tensor bias, Activation activation) {
        Elements y = Elements.of(out); // [M, N]
        Elements a = Elements.of(x); // [M, K]
        Elements w = Elements.of(weight); // [N, K]
        long width = x.dim(1);
        long outputs = weight.dim(0);
        for (long m = 0; m < x.dim(0); m++) {
            for (long n = 0; n < outputs; n++) {
                double sum = bias == null ? 0 : Elements.of(bias).get(n);
                for (long k = 0; k < width; k++) {
                    sum += (double) a.get(m * width + k) * w.get(n * width + k);
                }
                y.set(m * outputs + n, Pointwise.activate(sum, activation));
            }
        }
    }

    static void attention(
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            int heads,
            int kvHeads,
            float scale,
            boolean causal,
            @Nullable Tensor bias) {
        long queries = q.dim(0);
        long keys = k.dim(0);
        for (int head = 0; head < heads; head++) {
            int keyHead = head / (heads / kvHeads);
            for (long i = 0; i < queries; i++) {
                double[] scores = scores(q, k, i, head, keyHead, q.dim(1) / heads);
                for (int s = 0; s < keys; s++) {
                    boolean hidden = causal && s > i + keys - queries;
                    scores[s] = hidden ? Double.NEGATIVE_INFINITY : scores[s] * scale;
                    scores[s] += bias == null ? 0 : bias(bias, head, i, s);
                }
                softmax(scores);
                mix(out, v, scores, i, head, keyHead, q.dim(1) / heads);
            }
        }
    }

    /// Products of query `i` with every key, for one head of width `d`.
    private static double[] scores(Tensor q, Tensor k, long i, int head, int keyHead, long d) {
        Elements query = Elements.of(q);
        Elements key = Elements.of(k);
        double[] scores = new double[(int) k.dim(0)];
        for (int s = 0; s < scores.length; s++) {
            for (int c = 0; c < d; c++) {
                scores[s] +=
                        (double) query.get(i * q.dim(1) + head * d + c)
                                * key.get(s * k.dim(1) + keyHead * d + c);
            }
        }
        return scores;
    }

    /// The bias of query `i` and key `s`, given as `[1, S]`, `[L, S]` or `[heads, L, S]`.
    private static double bias(Tensor bias, int head, long i, int s) {
        long keys = bias.dim(-1);
        long row = bias.dim(-2) == 1 ? 0 : i;
        long plane = bias.shape().rank() == 3 ? head * bias.dim(-2) : 0;
        return Elements.of(bias).get((plane + row) * keys + s);
    }

    /// `e^(x − max) / Σ e^(x − max)`, or zeros where everything is −∞.
    private static void softmax(double[] x) {
        double max = Double.NEGATIVE_INFINITY;
        for (double value : x) {
            max = Math.max(max, value);
        }
        double sum = 0;
        for (int s = 0; s < x.length; s++) {
            x[s] = max == Double.NEGATIVE_INFINITY ? 0 : Math.exp(x[s] - max);
            sum += x[s];
        }
        for (int s = 0; s < x.length && sum != 0; s++) {
            x[s] /= sum;
        }
    }

    /// The values of one head, weighted by `shares`, into row `i`.
    private static void mix(
            Tensor out, Tensor v, double[] shares, long i, int head, int keyHead, long d) {
        Elements y = Elements.of(out);
        Elements value = Elements.of(v);
        for (int c = 0; c < d; c++) {
            double sum = 0;
            for (int s = 0; s < shares.length; s++) {
                sum += shares[s] * value.get(s * v.dim(1) + keyHead * d + c);
            }
            y.set(i * out.dim(1) + head * d + c, sum);
        }
    }

    static void rope(Tensor out, Tensor x, Tensor cos, Tensor sin, boolean interleaved) {
        Elements y = Elements.of(out); // [L, H, d]
        Elements a = Elements.of(x);
        Elements c = Elements.of(cos); // [L, d/2]
        Elements s = Elements.of(sin);
        long heads = x.dim(1);
        long width = x.dim(2);
        long half = cos.dim(1);
        for (long row = 0; row < x.dim(0) * heads; row++) {
            for (long i = 0; i < half; i++) {
                long first = row * width + (interleaved ? 2 * i : i);
                long second = first + (interleaved ? 1 : half);
                long angle = row / heads * half + i;
                double p = a.get(first);
                double q = a.get(second);
                y.set(first, p * c.get(angle) - q * s.get(angle));
                y.set(second, q * c.get(angle) + p * s.get(angle));
            }
        }
    }

    static void embedding(Tensor out, Tensor table, Tensor ids) {
        Elements y = Elements.of(out);
        Elements rows = Elements.of(table);
        long width = table.dim(1);
        int[] wanted = ids.toInts();
        for (int l = 0; l < wanted.length; l++) {
            for (long c = 0; c < width; c++) {
                y.set(l * width + c, rows.get(wanted[l] * width + c));
            }
        }
    }
}
