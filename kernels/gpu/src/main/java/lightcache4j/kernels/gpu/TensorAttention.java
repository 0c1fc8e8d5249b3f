package lightcache4j.kernels.gpu;

import static lightcache4j.kernels.gpu.Call.number;
import static lightcache4j.kernels.gpu.TensorProducts.edges;
import static lightcache4j.kernels.gpu.TensorProducts.eights;
import static lightcache4j.kernels.gpu.TensorProducts.rightLongs;
import static lightcache4j.kernels.gpu.TensorProducts.sixteens;
import static lightcache4j.kernels.gpu.TensorProducts.tiles;

import lightcache4j.kernels.gpu.TensorProducts.Pairs;
import lightcache4j.kernels.gpu.TensorProducts.Side;

/// Attention as launches of [TensorKernels]: scores of some queries and heads at a time as one
/// product, their softmax, and its product with the values as another. What an instruction of
/// tensor cores has summed up cannot be scaled in TornadoVM 5.2, as [AttentionKernels] does from
/// block to block; so scores go through memory, but never all of them together.
final class TensorAttention {
    private final Call call;
    private final int[] of;
    private final float scale;
    private final Pairs pairs;
    private final int parts;
    private final long queries;
    private final long keys;
    private final long heads;
    private final long width;

    /// Heads and queries that are done at a time.
    private final long someHeads;

    private final long someQueries;

    /// @param of parameters of [AttentionKernels#blocks]
    private TensorAttention(Call call, int[] of, float scale) {
        this.call = call;
        this.of = of;
        this.scale = scale;
        this.parts = call.tensorCores().parts();
        this.pairs = Pairs.of(parts, parts);
        this.queries = of[0];
        this.keys = of[1];
        this.heads = of[6];
        this.width = of[8];
        long most = call.tensorCores().mostScores();
        this.someHeads = Math.clamp(most / (queries * keys), 1, heads);
        long whole = Math.max(1, most / keys / TensorKernels.TILE) * TensorKernels.TILE;
        this.someQueries = queries * keys <= most ? queries : Math.min(queries, whole);
    }

    /// Whether the device can compute attention, without most of it in vain.
    ///
    /// @param of parameters of [AttentionKernels#blocks]
    static boolean suits(Call call, int[] of) {
        return call.tensorCores().parts() > 0
                && of[0] >= TensorProducts.FEWEST_ROWS
                && of[1] >= TensorProducts.FEWEST_COLUMNS;
    }

    /// Whether attention that suits is so much work that it is worth it.
    static boolean isWorth(Call call, int[] of) {
        return 2.0 * of[0] * of[1] * of[6] * of[8] >= call.tensorCores().leastWork();
    }

    /// Computes attention that suits, if there is room.
    ///
    /// @param of parameters of [AttentionKernels#blocks]
    /// @return whether it did
    static boolean compute(Call call, int[] of, float scale) {
        return new TensorAttention(call, of, scale).compute();
    }

    private boolean compute() {
        long keyHeads = of[7];
        long queryRow = 4 * sixteens(width);
        long shareRow = 4 * sixteens(keys);
        long queryPart = heads * queries * queryRow;
        long keyPart = keyHeads * rightLongs(width, keys);
        long valuePart = keyHeads * rightLongs(keys, width);
        long sharePart = someHeads * someQueries * shareRow;

        int scores = call.roomOrNone(someHeads * someQueries * keys);
        int edges =
                scores < 0
                        ? -1
                        : call.roomOrNone(
                                someHeads
                                        * Math.max(
                                                edges(someQueries, keys),
                                                edges(someQueries, width)));
        long longs = parts * (queryPart + keyPart + valuePart + sharePart);
        int room = edges < 0 ? -1 : call.roomOfLongs(longs);
        if (room < 0) {
            return false;
        }
        Side q = new Side(room, queryRow, queryPart);
        Side k = new Side(q.end(parts), eights(keys), keyPart);
        Side v = new Side(k.end(parts), eights(width), valuePart);
        Side shares = new Side(v.end(parts), shareRow, sharePart);
        part(q, k, v);
        for (long head = 0; head < heads; head += someHeads) {
            for (long query = 0; query < queries; query += someQueries) {
                some(head, query, scores, edges, q, k, v, shares);
            }
        }
        return true;
    }

    /// Takes apart queries, keys and values.
    private void part(Side q, Side k, Side v) {
        int step = number(width);
        int row = number(of[7] * width);
        int[] left = {
            q.start(),
            of[3],
            step,
            number(q.pitch()),
            parts,
            number(heads * queries),
            -1,
            of[0],
            number(heads * width),
            step
        };
        call.each(Kernel.PART_LEFT, q.ofPart(), left);
        right(k, of[4], keys, width, row, 1);
        right(v, of[5], width, keys, 1, row);
    }

    private void right(Side side, int from, long columns, long steps, int ofColumn, int ofStep) {
        int[] ints = {
            side.start(),
            WeightKernels.WIDE,
            from,
            number(columns),
            number(steps),
            number(sixteens(steps)),
            parts,
            number(side.pitch()),
            number(rightLongs(steps, columns)),
            number(width),
            ofColumn,
            ofStep
        };
        call.each(Kernel.PART_RIGHT, side.ofPart(), ints);
    }

    /// Some queries of some heads.
    private void some(
            long head, long query, int scores, int edges, Side q, Side k, Side v, Side shares) {
        long n = Math.min(someHeads, heads - head);
        long rows = Math.min(someQueries, queries - query);
        Side some = q.from((head * queries + query) * q.pitch());
        int[] ints =
                TensorProducts.parameters(
                        rows, keys, sixteens(width), pairs, scores, some, k, edges);
        byHeads(ints, head, queries * q.pitch(), rightLongs(width, keys), rows * keys, keys);
        call.groups(Kernel.TENSOR_PRODUCT, tiles(rows), n * tiles(keys), ints);

        int[] softmax = of.clone();
        softmax[2] = scores;
        softmax[3] = shares.start();
        softmax[4] = number(shares.pitch());
        softmax[5] = number(shares.ofPart());
        softmax[6] = parts;
        softmax[7] = number(head);
        softmax[8] = number(query);
        softmax[9] = number(rows);
        call.groups(Kernel.TENSOR_SHARES, n * rows, 1, softmax, scale);

        int out = number(of[2] + (query * heads + head) * width);
        ints = TensorProducts.parameters(rows, width, sixteens(keys), pairs, out, shares, v, edges);
        byHeads(ints, head, rows * shares.pitch(), rightLongs(keys, width), width, heads * width);
        call.groups(Kernel.TENSOR_PRODUCT, tiles(rows), n * tiles(width), ints);
    }

    /// What [TensorKernels] has to know of heads, see there.
    private void byHeads(
            int[] ints, long head, long ofLeft, long ofRight, long ofResult, long pitch) {
        ints[11] = 2;
        ints[20] = number(tiles(ints[1]));
        ints[21] = number(ofLeft);
        ints[22] = number(ofRight);
        ints[23] = number(ofResult);
        ints[24] = number(pitch);
        ints[25] = of[6] / of[7];
        ints[26] = number(head);
    }
}
