package lightcache4j.kernels.gpu;

import uk.ac.manchester.tornado.api.KernelContext;
import uk.ac.manchester.tornado.api.enums.MMAShape;
import uk.ac.manchester.tornado.api.types.HalfFloat;
import uk.ac.manchester.tornado.api.types.arrays.FloatArray;
import uk.ac.manchester.tornado.api.types.arrays.IntArray;
import uk.ac.manchester.tornado.api.types.arrays.LongArray;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs a kernel as plain Java: a thread for each work item of a group, one group after the other,
/// with local arrays that they share, barriers, and the instructions of tensor cores as the PTX ISA
/// describes them (`ldmatrix`, `mma.m16n8k16`). So what needs an NVIDIA GPU can be tested without.
final class EmulatedGroup {
    private static final int WARP = 32;

    private EmulatedGroup() {}

    /// Runs all groups of a kernel.
    static void run(
            Kernel kernel,
            int groups,
            int rows,
            FloatArray memory,
            LongArray halves,
            int[] parameters,
            float... scalars) {
        IntArray p = IntArray.fromArray(parameters);
        FloatArray s = FloatArray.fromArray(scalars.length == 0 ? new float[1] : scalars);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int y = 0; y < rows; y++) {
                for (int x = 0; x < groups; x++) {
                    CyclicBarrier barrier = new CyclicBarrier(kernel.items());
                    List<Object> locals = new ArrayList<>();
                    List<Callable<Void>> items = new ArrayList<>();
                    for (int i = 0; i < kernel.items(); i++) {
                        Item item = new Item(barrier, locals, kernel.items(), x, y, i);
                        items.add(
                                () -> {
                                    kernel.body().apply(item, memory, halves, p, s);
                                    return null;
                                });
                    }
                    for (Future<Void> done : threads.invokeAll(items)) {
                        done.get();
                    }
                }
            }
        } catch (ExecutionException e) {
            throw new AssertionError(kernel + " failed", e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A fragment: the whole matrix of the warp, that its first lane has and the others do not.
    private static final class Item extends KernelContext {
        private final CyclicBarrier barrier;
        private final List<Object> locals;
        private final boolean leads;
        private int asked;

        Item(CyclicBarrier barrier, List<Object> locals, int items, int x, int y, int item) {
            this.barrier = barrier;
            this.locals = locals;
            this.leads = item % WARP == 0;
            set("groupIdx", x);
            set("groupIdy", y);
            set("localIdx", item);
            set("globalIdx", x * items + item);
            set("globalIdy", y);
        }

        private void set(String name, int value) {
            try {
                Field field = KernelContext.class.getField(name);
                field.setAccessible(true);
                field.set(this, value);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void localBarrier() {
            try {
                barrier.await();
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
        }

        private <T> T shared(T fresh) {
            synchronized (locals) {
                if (locals.size() == asked) {
                    locals.add(fresh);
                }
                @SuppressWarnings(
                        "unchecked") // all items ask for the same arrays in the same order
                T there = (T) locals.get(asked++);
                return there;
            }
        }

        @Override
        public int[] allocateIntLocalArray(int size) {
            return shared(new int[size]);
        }

        @Override
        public float[] allocateFloatLocalArray(int size) {
            return shared(new float[size]);
        }

        @Override
        public float[] mmaFragment(float v) {
            return new float[leads ? 16 * 8 : 0];
        }

        private static HalfFloat half(int[] tile, int bytes) {
            return new HalfFloat((short) (tile[bytes / 4] >>> (bytes % 4 * 8)));
        }

        /// `ldmatrix.x4`: 16 rows of 16, a row `depth` numbers behind the one before.
        @Override
        public HalfFloat[] mmaLoadA(int[] tile, int depth, int bytes) {
            HalfFloat[] a = new HalfFloat[leads ? 16 * 16 : 0];
            for (int i = 0; i < a.length; i++) {
                a[i] = half(tile, bytes + i / 16 * depth * 2 + i % 16 * 2);
            }
            return a;
        }

        /// `ldmatrix.x2.trans`: 16 rows of 8, each behind the one before, whatever `depth` is.
        @Override
        public HalfFloat[] mmaLoadB(int[] tile, int depth, int bytes) {
            HalfFloat[] b = new HalfFloat[leads ? 16 * 8 : 0];
            for (int i = 0; i < b.length; i++) {
                b[i] = half(tile, bytes + i * 2);
            }
            return b;
        }

        private static float widen(HalfFloat bits) {
            return Float.intBitsToFloat(bits.getHalfFloatValue() << 16);
        }

        @Override
        public float[] mmaBF16(HalfFloat[] a, HalfFloat[] b, float[] sums, MMAShape shape) {
            float[] d = sums.clone();
            for (int i = 0; i < d.length; i++) {
                double sum = 0;
                for (int k = 0; k < 16; k++) {
                    sum += (double) widen(a[i / 8 * 16 + k]) * widen(b[k * 8 + i % 8]);
                }
                d[i] = (float) (d[i] + sum);
            }
            return d;
        }

        @Override
        public void mmaStore(float[] sums, FloatArray to, int row, int column, int width) {
            for (int i = 0; i < sums.length; i++) {
                to.set((row + i / 8) * width + column + i % 8, sums[i]);
            }
        }
    }
}
