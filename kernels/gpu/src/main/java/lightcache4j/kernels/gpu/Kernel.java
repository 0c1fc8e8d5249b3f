package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.common.TornadoFunctions.Task5;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

/// The kernels that operations are made of, each with the size of its work groups.
enum Kernel {
    WIDEN(WeightKernels::widen, 128),
    ADD(PointwiseKernels::add, 128),
    MULTIPLY(PointwiseKernels::multiply, 128),
    COMBINE(PointwiseKernels::combine, 128),
    AFFINE(PointwiseKernels::affine, 128),
    CLAMP(PointwiseKernels::bound, 128),
    ACTIVATE(PointwiseKernels::activate, 128),
    MODULATE(PointwiseKernels::modulate, 128),
    GATED_SUM(PointwiseKernels::gatedSum, 128),
    CROSSFADE(PointwiseKernels::crossfade, 128),
    RUNS(MovementKernels::runs, 128),
    PERMUTE(MovementKernels::permute, 128),
    ROPE(MovementKernels::rope, 128),
    UPSAMPLE_NEAREST(MovementKernels::upsampleNearest, 128),
    UPSAMPLE_FRAMES_LINEAR(MovementKernels::upsampleFramesLinear, 128),
    LAYER_NORM(NormKernels::layerNorm, NormKernels.ITEMS),
    RMS_NORM(NormKernels::rmsNorm, NormKernels.ITEMS),
    GROUP_SPANS(NormKernels::groupSpans, NormKernels.ITEMS),
    GROUP_STATISTICS(NormKernels::groupStatistics, 64),
    GROUP_NORMALIZE(NormKernels::groupNormalize, 128),
    PRODUCT(ProductKernels::tiles, ProductKernels.ITEMS),
    PRODUCT_ROWS(ProductKernels::rows, ProductKernels.ITEMS),
    PART_LEFT(PartKernels::left, 128),
    PART_RIGHT(PartKernels::right, 128),
    TENSOR_PRODUCT(TensorKernels::tiles, TensorKernels.ITEMS),
    TENSOR_SHARES(ShareKernels::shares, ShareKernels.ITEMS),
    ATTENTION(AttentionKernels::blocks, AttentionKernels.ITEMS),
    SUMS(MeasureKernels::sums, 128),
    SQUARES(MeasureKernels::squares, 128),
    DIFFERENCES(MeasureKernels::differences, 128);

    @SuppressWarnings("ImmutableEnumChecker") // a reference to a static method has no state
    private final Task5<KernelContext, FloatArray, LongArray, IntArray, FloatArray> body;

    private final int items;

    /// @param items work items of a group
    Kernel(Task5<KernelContext, FloatArray, LongArray, IntArray, FloatArray> body, int items) {
        this.body = body;
        this.items = items;
    }

    /// Whether it reads weights, and so the array of `halves` that they are in.
    boolean readsWeights() {
        return switch (this) {
            case WIDEN, LAYER_NORM, RMS_NORM, GROUP_NORMALIZE, PRODUCT, PRODUCT_ROWS -> true;
            case PART_LEFT, PART_RIGHT, TENSOR_PRODUCT, TENSOR_SHARES -> true;
            default -> false;
        };
    }

    /// Whether it has instructions of tensor cores, or serves a kernel that has.
    boolean needsTensorCores() {
        return switch (this) {
            case PART_LEFT, PART_RIGHT, TENSOR_PRODUCT, TENSOR_SHARES -> true;
            default -> false;
        };
    }

    /// What TornadoVM compiles.
    Task5<KernelContext, FloatArray, LongArray, IntArray, FloatArray> body() {
        return body;
    }

    /// Work items of a group.
    int items() {
        return items;
    }
}
