package lightcache4j.kernels.gpu;

import static lightcache4j.kernels.gpu.Call.number;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// Linear layers and convolutions as launches of [TensorKernels]: both sides parted into room
/// beside the weights, then multiplied.
final class TensorProducts {
    /// Rows and columns below which too much of a tile is computed in vain.
    static final long FEWEST_ROWS = 64;

    static final long FEWEST_COLUMNS = 16;

    /// Parameters of [TensorKernels#tiles].
    private static final int PARAMETERS = 34;

    private TensorProducts() {}

    /// The left matrix of a product.
    ///
    /// @param rows that are in memory: those of the result, or the positions that a convolution
    ///   reads
    /// @param history rows of history, which come after them; 0 if there is none
    /// @param historyStart where history is in memory, −1 if there is none
    /// @param inputs columns, or channels of a tap
    /// @param taps of a convolution; else 1
    record Left(long rows, long history, int historyStart, long inputs, long taps) {}

    /// Which parts are multiplied with which: two bits each, the first product in the lowest.
    record Pairs(int count, int left, int right) {
        static Pairs of(int leftParts, int rightParts) {
            int count = 0;
            int left = 0;
            int right = 0;
            for (int j = 0; j < rightParts; j++) {
                for (int i = 0; i + j < leftParts; i++) {
                    left |= i << (2 * count);
                    right |= j << (2 * count);
                    count++;
                }
            }
            return new Pairs(count, left, right);
        }
    }

    /// A side of a product, in parts.
    ///
    /// @param start first `long`
    /// @param pitch `long`s of a row of the left matrix, or eights of columns of the right
    /// @param ofPart `long`s of a part
    record Side(int start, long pitch, long ofPart) {
        /// The first `long` behind all parts.
        int end(int parts) {
            return number(start + parts * ofPart);
        }

        /// The same from some `long`s on.
        Side from(long longs) {
            return new Side(number(start + longs), pitch, ofPart);
        }
    }

    static long sixteens(long n) {
        return Math.ceilDiv(n, TensorKernels.DEPTH);
    }

    static long tiles(long n) {
        return Math.ceilDiv(n, TensorKernels.TILE);
    }

    /// Eights of columns of a right matrix, filled up to whole tiles.
    static long eights(long columns) {
        return tiles(columns) * TensorKernels.TILE / TensorKernels.COLUMNS;
    }

    /// `long`s of a part of a right matrix, or of a tap or a head of it.
    static long rightLongs(long steps, long columns) {
        return sixteens(steps) * eights(columns) * 2 * TensorKernels.DEPTH;
    }

    /// Numbers of the tiles at the edges of a result.
    static long edges(long rows, long columns) {
        return (tiles(rows) + tiles(columns)) * TensorKernels.TILE * TensorKernels.TILE;
    }

    /// Whether the device can compute a product, without most of it in vain.
    ///
    /// @param of parameters of [ProductKernels#tiles]
    static boolean suits(Call call, Left x, int[] of) {
        return call.tensorCores().parts() > 0
                && of[0] >= FEWEST_ROWS
                && of[1] >= FEWEST_COLUMNS
                && x.inputs() >= TensorKernels.COLUMNS;
    }

    /// Whether a product that suits is so much work that it is worth it.
    static boolean isWorth(Call call, int[] of) {
        return (double) of[0] * of[1] * of[2] >= call.tensorCores().leastWork();
    }

    /// Computes a product that suits, if there is room for the parts.
    ///
    /// @param of parameters of [ProductKernels#tiles]
    /// @return whether it did
    static boolean compute(Call call, Tensor weight, Left x, int[] of) {
        long m = of[0];
        long n = of[1];
        int parts = call.tensorCores().parts();
        int rightParts = Math.min(parts, parts(weight.dtype()));
        long stepsOfTap = sixteens(x.inputs());
        long row = 4 * stepsOfTap;
        long leftPart = (x.rows() + x.history()) * row;
        long rightPart = x.taps() * rightLongs(x.inputs(), n);
        int edges = call.roomOrNone(edges(m, n));
        int room = edges < 0 ? -1 : call.roomOfLongs(leftPart * parts + rightPart * rightParts);
        if (room < 0) {
            return false;
        }
        Side left = new Side(room, row, leftPart);
        Side right = new Side(left.end(parts), eights(n), rightPart);
        int[] leftInts = {
            left.start(),
            of[4],
            number(x.inputs()),
            number(row),
            parts,
            number(x.rows()),
            x.historyStart(),
            number(Math.max(1, x.rows())),
            number(x.inputs()),
            0
        };
        call.each(Kernel.PART_LEFT, leftPart, leftInts);
        int[] rightInts = {
            right.start(),
            of[5],
            of[6],
            of[1],
            number(x.inputs()),
            number(stepsOfTap),
            rightParts,
            number(right.pitch()),
            number(rightPart),
            0,
            number(x.taps() * x.inputs()),
            1
        };
        call.each(Kernel.PART_RIGHT, rightPart, rightInts);
        Pairs pairs = Pairs.of(parts, rightParts);
        int[] ints = parameters(m, n, x.taps() * stepsOfTap, pairs, of[3], left, right, edges);
        System.arraycopy(of, 7, ints, 7, 3); // bias, activation
        ints[18] = number(stepsOfTap);
        if (of[11] == 1) {
            convolution(ints, of, x);
        } else {
            ints[12] = of[12];
        }
        call.groups(Kernel.TENSOR_PRODUCT, tiles(m), tiles(n), ints);
        return true;
    }

    /// Parameters of [TensorKernels#tiles] for a product without bias, activation and scale.
    ///
    /// @param steps of 16 numbers
    /// @param edges room for tiles at edges
    static int[] parameters(
            long m, long n, long steps, Pairs pairs, int out, Side left, Side right, int edges) {
        int[] head = {
            number(m),
            number(n),
            number(steps * pairs.count()),
            out,
            left.start(),
            pairs.count(),
            pairs.left(),
            WeightKernels.ABSENT,
            0,
            ActivationKernels.number(Activation.NONE),
            edges,
            0,
            -1,
            right.start(),
            number(left.pitch()),
            number(left.ofPart()),
            number(right.ofPart()),
            number(right.pitch()),
            number(steps),
            pairs.right()
        };
        return Arrays.copyOf(head, PARAMETERS);
    }

    /// H, W, H', W', kh, kw, strides, padding, first row of history, how often each is seen.
    private static void convolution(int[] ints, int[] of, Left x) {
        ints[11] = 1;
        ints[20] = of[12];
        ints[21] = of[13];
        System.arraycopy(of, 15, ints, 22, 10); // H', W', kh, kw, three strides, three paddings
        ints[32] = x.historyStart() < 0 ? -1 : number(x.rows());
        ints[33] = of[26];
    }

    /// How many bfloat16 it takes to say a number of a type exactly.
    private static int parts(DType dtype) {
        return switch (dtype) {
            case F32 -> 3;
            case F16 -> 2;
            default -> 1;
        };
    }

    /// The rows that a tensor `[…, channels]` has; 0 if there is none.
    static long rows(@Nullable Tensor tensor) {
        return tensor == null ? 0 : tensor.shape().rows();
    }
}
