package lightcache4j.model.run;

import lightcache4j.tensors.Axis;
import lightcache4j.tensors.Layout;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.UnaryOperator;

/// Feature chunking (LightCache, arXiv:2510.05367, section 3.3): computes a site piece by piece
/// along an axis that the site declares independent, so that what is large inside the body is only
/// as large as a piece. The result is the same bit for bit.
///
/// Pieces are as even as they can be. Streams are cut alike: the first piece holds the first part
/// of both.
///
/// @param chunking which sites, and how many pieces; fewer where one would be shorter than two
///   positions
/// @param next who runs the body on each piece
public record Chunked(Chunking chunking, Runner next) implements Runner {

    /// Axes in order of preference, and where they are in a sequence `[L, D]` or a video `[F, H, W,
    /// C]`. The outermost come first: their pieces are views.
    private static final List<Axis> PREFERENCE =
            List.of(Axis.TOKEN, Axis.QUERY, Axis.FRAME, Axis.ROW, Axis.COLUMN);

    /// Long pieces begin at multiples of it: kernels share rows among threads in blocks of a dozen,
    /// and a last block that is not full takes as long as one that is.
    private static final int WHOLE = 48;

    @Override
    public Features run(Site site, Features x, UnaryOperator<Features> body) {
        Axis axis = axis(site, x.video());
        int pieces = axis == null ? 1 : chunking.pieces(site);
        if (axis == null || pieces == 1) {
            return next.run(site, x, body);
        }
        int along = index(axis);
        int count = (int) Math.max(1, Math.min(pieces, most(x, along)));
        Joined video = new Joined(along);
        Joined text = new Joined(along);
        for (int i = 0; i < count; i++) {
            piece(site, x, along, i, count, body, video, text);
        }
        return new Features(video.required(), text.whole);
    }

    private void piece(
            Site site,
            Features x,
            int along,
            int index,
            int count,
            UnaryOperator<Features> body,
            Joined video,
            Joined text) {
        Workspace outer = Workspace.current();
        try (Workspace inner = outer.open()) {
            inner.run(
                    () -> {
                        Features part =
                                x.map(
                                        v -> part(v, along, index, count),
                                        t -> part(t, along, index, count));
                        Features y = next.run(site, part, body);
                        video.add(outer, y.video(), x.video());
                        Tensor words = y.text();
                        Tensor given = x.text();
                        if (words != null && given != null) {
                            text.add(outer, words, given);
                        }
                    });
        }
    }

    private static @Nullable Axis axis(Site site, Tensor video) {
        for (Axis axis : PREFERENCE) {
            if (site.independent().contains(axis) && video.dim(index(axis)) > 1) {
                return axis;
            }
        }
        return null;
    }

    private static int index(Axis axis) {
        return switch (axis) {
            case ROW -> 1;
            case COLUMN -> 2;
            default -> 0;
        };
    }

    /// No piece is a single position out of several: a backend may compute those by another route,
    /// whose sums are rounded otherwise.
    private static long most(Features x, int along) {
        long most = pairs(x.video(), along);
        Tensor text = x.text();
        return text == null ? most : Math.min(most, pairs(text, along));
    }

    private static long pairs(Tensor x, int along) {
        long length = x.dim(along);
        return length < 2 ? Long.MAX_VALUE : length / 2;
    }

    private static Tensor part(Tensor x, int along, int index, int count) {
        long from = start(x.dim(along), index, count);
        long to = start(x.dim(along), index + 1, count);
        return along == 0 ? x.rows(from, to) : Layout.slice(x, along, from, to);
    }

    /// Where piece `index` of `length` positions begins; the last ends where one more would.
    private static long start(long length, int index, int count) {
        long even = length * index / count;
        boolean end = index == count;
        return end || length / count < 2 * WHOLE ? even : (even + WHOLE / 2) / WHOLE * WHOLE;
    }

    /// The results of pieces, put together as they come.
    private static final class Joined {
        private final int along;
        private @Nullable Tensor whole;
        private long filled;

        Joined(int along) {
            this.along = along;
        }

        /// @param part the result of a piece
        /// @param x what all pieces are of: it has as many entries along the axis as the result
        void add(Workspace outer, Tensor part, Tensor x) {
            Tensor into = whole;
            if (into == null) {
                Shape shape = part.shape().with(along, x.dim(along));
                into = outer.allocate(part.dtype(), shape);
                whole = into;
            }
            insert(into, part, along);
            filled += part.dim(along);
        }

        /// Copies what is contiguous at once: for rows, those of a frame.
        private void insert(Tensor into, Tensor part, int axis) {
            if (axis == 0) {
                Tensor place = into.rows(filled, filled + part.dim(0));
                Workspace.current().backend().ops().slice(place, part, 0, 0);
                return;
            }
            for (long i = 0; i < into.dim(0); i++) {
                insert(into.row(i), part.row(i), axis - 1);
            }
        }

        Tensor required() {
            if (whole == null) {
                throw new IllegalStateException("chunked: no piece gave a result, wanted one");
            }
            return whole;
        }
    }
}
