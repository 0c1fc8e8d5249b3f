package lightcache4j.kernels.gpu;

import lightcache4j.tensors.Tensor;

import java.util.ArrayList;
import java.util.List;

/// The ways to compute a product, of a linear layer or a convolution: in tiles of several shapes,
/// all with the same bits, or on tensor cores.
final class Products {
    /// Multiplications that take as long as bringing a number into local memory, about.
    private static final int READING = 8;

    /// The fewest rows of a tile.
    private static final int LOWEST = 16;

    private Products() {}

    /// On tensor cores if that is the rule, else as [Tuning] has it, else in tiles that do the
    /// least work.
    ///
    /// @param of parameters of [ProductKernels#tiles], with the shape of the tile open
    static void compute(Call call, Tensor weight, TensorProducts.Left left, int[] of) {
        boolean suits = TensorProducts.suits(call, left, of);
        if (suits
                && TensorProducts.isWorth(call, of)
                && TensorProducts.compute(call, weight, left, of)) {
            return;
        }
        int high = tileRows(of[0], of[1]);
        if (!call.tuning().isActive()) {
            inTiles(call, of, high);
            return;
        }
        List<Tuning.Way> ways = new ArrayList<>();
        ways.add(tiles(call, of, high));
        for (int other = LOWEST; other <= ProductKernels.HIGHEST; other *= 2) {
            if (other != high) {
                ways.add(tiles(call, of, other));
            }
        }
        if (suits && call.tensorCores().isTuned()) {
            String name = "tensor cores, parts " + call.tensorCores().parts();
            ways.add(new Tuning.Way(name, () -> TensorProducts.compute(call, weight, left, of)));
        }
        String shape =
                "%s.%dx%dx%d.%s"
                        .formatted(
                                of[11] == 1 ? "conv3d" : "linear",
                                of[0],
                                of[2],
                                of[1],
                                weight.dtype());
        call.tuning().compute(call, shape, ways, new Tuning.Result(of[3], (long) of[0] * of[1]));
    }

    private static Tuning.Way tiles(Call call, int[] of, int high) {
        String name = "tiles of %dx%d".formatted(high, ProductKernels.RESULTS / high);
        return new Tuning.Way(
                name,
                () -> {
                    inTiles(call, of, high);
                    return true;
                });
    }

    private static void inTiles(Call call, int[] of, int high) {
        of[10] = high;
        long rows = Math.ceilDiv(of[0], high);
        long columns = Math.ceilDiv(of[1], ProductKernels.RESULTS / high);
        call.groups(Kernel.PRODUCT, rows, columns, of);
    }

    /// How many rows a tile has where the least is computed in vain and read twice: 64 of both rows
    /// and columns, unless there are few of either.
    private static int tileRows(long m, long n) {
        int best = 64;
        for (int high = LOWEST; high <= ProductKernels.HIGHEST; high *= 2) {
            if (work(m, n, high) < work(m, n, best)) {
                best = high;
            }
        }
        return best;
    }

    /// What tiles of so many rows have to do for each step of the sum, in multiplications.
    private static long work(long m, long n, int high) {
        int wide = ProductKernels.RESULTS / high;
        int ofGroup = ProductKernels.RESULTS + READING * (high + wide);
        return Math.ceilDiv(m, high) * Math.ceilDiv(n, wide) * ofGroup;
    }
}
