package lightcache4j.tests.ops;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import lightcache4j.tensors.Activation;
import lightcache4j.tensors.Backend;
import lightcache4j.tensors.ConvGeometry;
import lightcache4j.tensors.DType;
import lightcache4j.tensors.HostStorage;
import lightcache4j.tensors.Pool;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.tests.parity.Backends;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Weights that nobody may write stay packed from call to call; results are those of weights that
/// are packed every time.
class KeptWeightsTest {
    private static final int ROWS = 20;

    private final Random random = new Random(11);
    private final Backend backend = Backends.named("cpu").open(2);

    @AfterEach
    void close() {
        backend.close();
    }

    private Tensor normal(long... dims) {
        float[] values = new float[Math.toIntExact(Shape.of(dims).size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, dims);
    }

    /// The same numbers, as a file mapped for reading has them.
    private static Tensor mapped(Tensor t) {
        HostStorage storage = new HostStorage(t.segment().asReadOnly(), Pool.DISK);
        return new Tensor(DType.F32, t.shape(), storage, 0);
    }

    private float[] linear(Tensor x, Tensor weight) {
        int n = Math.toIntExact(weight.dim(0));
        Tensor out = Tensor.of(new float[Math.toIntExact(x.dim(0)) * n], x.dim(0), n);
        backend.ops().linear(out, x, weight, null, Activation.NONE);
        return out.toFloats();
    }

    private float[] convolution(Tensor x, Tensor weight) {
        ConvGeometry geometry = ConvGeometry.same(2, 1);
        Shape shape = geometry.output(x.shape(), weight.shape());
        Tensor out = Tensor.of(new float[Math.toIntExact(shape.size())], shape.dims());
        backend.ops().conv3d(out, x, null, weight, null, geometry);
        return out.toFloats();
    }

    @Test
    void aKeptWeightServesOtherRows() {
        Tensor weight = normal(75, 130);
        Tensor kept = mapped(weight);
        for (int turn = 0; turn < 3; turn++) {
            Tensor x = normal(ROWS + turn, 130);
            assertArrayEquals(linear(x, weight), linear(x, kept));
        }
    }

    @Test
    void aKeptKernelServesOtherFrames() {
        Tensor weight = normal(75, 13, 3, 3, 3);
        Tensor kept = mapped(weight);
        for (int frames = 1; frames < 4; frames++) {
            Tensor x = normal(frames, 5, 6, 13);
            assertArrayEquals(convolution(x, weight), convolution(x, kept));
        }
    }

    /// Twelve weights of a million numbers in room for eight million.
    @Test
    void weightsBeyondTheRoomAreNotMistakenForOthers() {
        Tensor x = normal(3, 1000);
        List<Tensor> weights = new ArrayList<>();
        List<Tensor> kept = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            weights.add(normal(1000, 1000));
            kept.add(mapped(weights.get(i)));
        }
        for (int i :
                new int[] {0, 1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 5, 11, 0, 1, 10, 6, 1, 8, 3}) {
            assertArrayEquals(linear(x, weights.get(i)), linear(x, kept.get(i)));
        }
    }

    /// Another file may come to lie where one was before.
    @Test
    void anotherFileAtTheSameAddressIsAnotherWeight() {
        Tensor bytes = normal(64, 48);
        Tensor x = normal(ROWS, 48);
        float[] before = linear(x, mapped(bytes));
        assertArrayEquals(linear(x, bytes), before);
        bytes.segment().copyFrom(normal(64, 48).segment());
        assertArrayEquals(linear(x, bytes), linear(x, mapped(bytes)));
    }

    /// The same bytes may be read as another matrix, which is packed in another order.
    @Test
    void theSameBytesInAnotherShapeAreAnotherWeight() {
        Tensor weight = normal(64, 32);
        Tensor kept = mapped(weight);
        Tensor x = normal(ROWS, 32);
        Tensor y = normal(ROWS, 64);
        for (int turn = 0; turn < 2; turn++) {
            assertArrayEquals(linear(x, weight), linear(x, kept));
            assertArrayEquals(linear(y, weight.reshape(32, 64)), linear(y, kept.reshape(32, 64)));
        }
    }
}
