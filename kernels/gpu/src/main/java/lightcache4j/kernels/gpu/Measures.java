package lightcache4j.kernels.gpu;

import lightcache4j.tensors.Moments;
import lightcache4j.tensors.Tensor;

import java.lang.foreign.MemorySegment;

/// Numbers about whole tensors: the device adds up pieces, the host puts them together in float64.
final class Measures {
    /// Work items that share a tensor, at most.
    private static final int ITEMS = 4096;

    /// Elements that a work item adds up, at least: what comes down is little beside the tensor.
    private static final int SHARE = 64;

    private Measures() {}

    static Moments moments(Call call, Tensor x) {
        int at = call.in(x);
        float[] parts = run(call, Kernel.SUMS, x.size(), 5, new int[] {at});
        double sum = 0;
        double absolute = 0;
        boolean infinite = false;
        for (int i = 0; i < parts.length; i += 5) {
            sum += (double) parts[i] + parts[i + 1];
            absolute += (double) parts[i + 2] + parts[i + 3];
            infinite |= parts[i + 4] != 0;
        }
        if (infinite) {
            return new Moments(x.size(), Double.NaN, Double.NaN, Double.NaN, false);
        }
        if (!Double.isFinite(absolute)) {
            return onHost(call, at, x.size());
        }
        double mean = sum / x.size();
        float high = (float) mean;
        float low = (float) (mean - high);
        parts = run(call, Kernel.SQUARES, x.size(), 2, new int[] {at}, high, low);
        return new Moments(x.size(), mean, total(parts) / x.size(), absolute / x.size(), true);
    }

    /// For a NaN, or numbers so large that their sum leaves the range of float32.
    private static Moments onHost(Call call, int at, long size) {
        float[] values = new float[Math.toIntExact(size)];
        call.download(at, MemorySegment.ofArray(values));
        double sum = 0;
        double absolute = 0;
        for (float value : values) {
            sum += value;
            absolute += Math.abs((double) value);
        }
        double mean = sum / size;
        double squares = 0;
        for (float value : values) {
            squares += (value - mean) * (value - mean);
        }
        boolean finite = Double.isFinite(absolute);
        return new Moments(size, mean, squares / size, absolute / size, finite);
    }

    static double absoluteDifference(Call call, Tensor a, Tensor b) {
        int[] ints = {call.in(a), call.in(b)};
        return total(run(call, Kernel.DIFFERENCES, a.size(), 2, ints));
    }

    /// What the work items of a kernel found, `each` numbers of each.
    private static float[] run(
            Call call, Kernel kernel, long size, int each, int[] operands, float... floats) {
        int items = Math.clamp(size / SHARE, 1, ITEMS);
        int out = call.room((long) items * each);
        int[] ints = new int[3 + operands.length];
        ints[0] = Math.toIntExact(size);
        ints[1] = out;
        ints[2] = operands[0];
        ints[3] = items;
        System.arraycopy(operands, 1, ints, 4, operands.length - 1);
        call.groups(kernel, (items + kernel.items() - 1L) / kernel.items(), 1, ints, floats);
        float[] parts = new float[items * each];
        call.download(out, MemorySegment.ofArray(parts));
        return parts;
    }

    private static double total(float[] parts) {
        double sum = 0;
        for (float part : parts) {
            sum += part;
        }
        return sum;
    }
}
