package lightcache4j.model.run;

import lightcache4j.tensors.Storage;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Frees what a body allocated as soon as it is done, save its result.
///
/// The static functions do the same for a few lines inside a model, at a finer grain than its
/// sites.
///
/// @param next who runs the body
public record Scoped(Runner next) implements Runner {

    @Override
    public Features run(Site site, Features x, UnaryOperator<Features> body) {
        return features(() -> next.run(site, x, body));
    }

    /// The body's features; all else that it allocated is freed.
    public static Features features(Supplier<Features> body) {
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            Features y = inner.in(body);
            outer.adopt(y.video(), inner);
            Tensor text = y.text();
            if (text != null) {
                outer.adopt(text, inner);
            }
            return y;
        }
    }

    /// The body's tensor; all else that it allocated is freed.
    public static Tensor tensor(Supplier<Tensor> body) {
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            return outer.adopt(inner.in(body), inner);
        }
    }

    /// `next`, once `last` is freed: for loops whose body takes what the one before it gave.
    ///
    /// Only what the current workspace owns is freed, and nothing that `next` shares; so the
    /// features that came from outside a scope stay.
    public static Features replace(Features last, Features next) {
        Workspace workspace = Workspace.current();
        free(workspace, last.video(), next);
        free(workspace, last.text(), next);
        return next;
    }

    private static void free(Workspace workspace, @Nullable Tensor tensor, Features kept) {
        if (tensor != null && !shares(tensor.storage(), kept)) {
            workspace.free(tensor);
        }
    }

    @SuppressWarnings("ReferenceEquality") // storages are told apart by identity
    private static boolean shares(Storage storage, Features kept) {
        Tensor text = kept.text();
        return storage == kept.video().storage() || (text != null && storage == text.storage());
    }
}
