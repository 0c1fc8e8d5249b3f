package lightcache4j.model.dit;

import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;

import java.util.function.UnaryOperator;

/// A text encoder's embeddings of a prompt, `[T, E]`, padding included. Every denoising step reads
/// them once; between, they need not be in memory.
public interface Embeddings {
    Shape shape();

    /// They are about to be read.
    default void ahead() {}

    /// What `body` computes of them; they are in memory while it does.
    Tensor read(UnaryOperator<Tensor> body);

    /// Embeddings that stay where they are.
    static Embeddings of(Tensor text) {
        return new InPlace(text);
    }

    /// See [Embeddings#of].
    record InPlace(Tensor text) implements Embeddings {
        @Override
        public Shape shape() {
            return text.shape();
        }

        @Override
        public Tensor read(UnaryOperator<Tensor> body) {
            return body.apply(text);
        }
    }
}
