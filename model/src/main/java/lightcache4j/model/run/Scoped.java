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
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            if (x.given()) {
                move(x, outer, inner);
            }
            return move(inner.in(() -> next.run(site, x, body)), inner, outer);
        }
    }

    /// The body's features; all else that it allocated is freed.
    public static Features features(Supplier<Features> body) {
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            return move(inner.in(body), inner, outer);
        }
    }

    private static Features move(Features x, Workspace from, Workspace to) {
        to.adopt(x.video(), from);
        Tensor text = x.text();
        if (text != null) {
            to.adopt(text, from);
        }
        return x;
    }

    /// The body's tensor; all else that it allocated is freed.
    public static Tensor tensor(Supplier<Tensor> body) {
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            return outer.adopt(inner.in(body), inner);
        }
    }

    /// `next`, once `x` is freed if it was given away: for bodies that are done with what they got.
    ///
    /// Only what the current workspace owns is freed, and nothing that `next` shares; so features
    /// that came from outside a scope stay.
    public static Features spend(Features x, Features next) {
        if (x.given()) {
            free(x.video(), next);
            free(x.text(), next);
        }
        return next;
    }

    /// Frees one stream of `x` if that was given away.
    public static void spend(Features x, Tensor stream) {
        if (x.given()) {
            Workspace.current().free(stream);
        }
    }

    /// `next`, once `x` is freed, which it shares nothing with.
    public static Tensor spend(Tensor x, Tensor next) {
        Workspace.current().free(x);
        return next;
    }

    private static void free(@Nullable Tensor tensor, Features kept) {
        if (tensor != null && !shares(tensor.storage(), kept)) {
            Workspace.current().free(tensor);
        }
    }

    @SuppressWarnings("ReferenceEquality") // storages are told apart by identity
    private static boolean shares(Storage storage, Features kept) {
        Tensor text = kept.text();
        return storage == kept.video().storage() || (text != null && storage == text.storage());
    }
}
