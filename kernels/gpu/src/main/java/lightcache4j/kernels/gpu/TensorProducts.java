package lightcache4j.kernels.gpu;

import static lightcache4j.kernels.gpu.Call.number;

import lightcache4j.tensors.DType;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// Linear layers and convolutions as launches of [TensorKernels]: both sides parted into room
/// beside the weights, then multiplied.
final class TensorProducts {
    /// Rows and columns below which too much of a tile is computed in vain.
    private static final long FEWEST_ROWS = 64;

    private static final long FEWEST_COLUMNS = 16;

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
    private record Pairs(int count, int left, int right) {
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

    /// Computes a product, if the device can, it is worth it, and there is room for the parts.
    ///
    /// @param of parameters of [ProductKernels#tiles]
    /// @return whether it did
    static boolean compute(Call call, Tensor weight, Left x, int[] of) {
        long m = of[0];
        long n = of[1];
        int parts = call.tensorCores().parts();
        if (parts == 0
                || m < FEWEST_ROWS
                || n < FEWEST_COLUMNS
                || x.inputs() < TensorKernels.COLUMNS
                || (double) m * n * of[2] < call.tensorCores().leastWork()) {
            return false;
        }
        int rightParts = Math.min(parts, parts(weight.dtype()));
        Pairs pairs = Pairs.of(parts, rightParts);
        long stepsOfTap = Math.ceilDiv(x.inputs(), TensorKernels.DEPTH);
        long steps = x.taps() * stepsOfTap;
        long row = stepsOfTap * TensorKernels.DEPTH / 4;
        long left = (x.rows() + x.history()) * row;
        long tilesDown = Math.ceilDiv(m, TensorKernels.TILE);
        long tilesAcross = Math.ceilDiv(n, TensorKernels.TILE);
        long eights = tilesAcross * TensorKernels.TILE / TensorKernels.COLUMNS;
        long right = steps * eights * 2 * TensorKernels.DEPTH;
        int room = call.roomOfLongs(left * parts + right * rightParts);
        if (room < 0) {
            return false;
        }
        int rightStart = number(room + left * parts);
        int[] leftInts = {
            room, of[4], number(x.inputs()), number(row), parts, number(x.rows()), x.historyStart()
        };
        call.each(Kernel.PART_LEFT, left, leftInts);
        int[] rightInts = {
            rightStart,
            of[5],
            of[6],
            of[1],
            number(x.inputs()),
            number(x.taps()),
            number(stepsOfTap),
            rightParts,
            number(eights)
        };
        call.each(Kernel.PART_RIGHT, right, rightInts);
        int edges = call.room((tilesDown + tilesAcross) * TensorKernels.TILE * TensorKernels.TILE);
        int[] head = {
            of[0],
            of[1],
            number(steps * pairs.count()),
            of[3],
            room,
            pairs.count(),
            pairs.left(),
            of[7],
            of[8],
            of[9],
            edges,
            of[11],
            of[11] == 1 ? -1 : of[12],
            rightStart,
            number(row),
            number(left),
            number(right),
            number(eights),
            number(stepsOfTap),
            pairs.right()
        };
        int[] ints = of[11] == 1 ? withGeometry(head, of, x) : head;
        call.groups(Kernel.TENSOR_PRODUCT, tilesDown, tilesAcross, ints);
        return true;
    }

    /// H, W, H', W', kh, kw, strides, padding, first row of history, how often each is seen.
    private static int[] withGeometry(int[] head, int[] of, Left x) {
        int[] all = Arrays.copyOf(head, head.length + 14);
        all[20] = of[12];
        all[21] = of[13];
        System.arraycopy(of, 15, all, 22, 10); // H', W', kh, kw, three strides, three paddings
        all[32] = x.historyStart() < 0 ? -1 : number(x.rows());
        all[33] = of[26];
        return all;
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
