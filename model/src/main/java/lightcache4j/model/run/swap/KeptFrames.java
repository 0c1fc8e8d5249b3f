package lightcache4j.model.run.swap;

import lightcache4j.tensors.Ops;
import lightcache4j.tensors.Shape;
import lightcache4j.tensors.Tensor;
import lightcache4j.tensors.Workspace;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Future;

/// The last frames that a layer saw, for the next time that it runs.
///
/// ```java
/// Tensor before = box.empty() ? null : box.get();
/// box.begin(x);                          // its frames start to leave while …
/// Tensor y = conv3d(x, before, …);       // … the layer computes
/// box.end(x);
/// ```
///
/// Frames rest one by one, so that a new frame takes the place of the oldest and the others need
/// not be copied again. Where nothing leaves memory, they are moved on in place.
public final class KeptFrames implements Turn {
    private final Shelf shelf;
    private final int count;
    private final Deque<Kept.Rest> rests = new ArrayDeque<>(); // the oldest first
    private final List<Future<?>> copies = new ArrayList<>();
    private @Nullable Shape shape; // null while the box is empty
    private @Nullable Tensor content; // in working memory

    KeptFrames(Shelf shelf, int count) {
        this.shelf = shelf;
        this.count = count;
    }

    /// Whether the layer has not run yet.
    public boolean empty() {
        return shape == null;
    }

    /// The frames `[count, …]`, the oldest first, in working memory until [#end].
    ///
    /// @throws IllegalStateException if the box is empty
    public Tensor get() {
        aheadIfForeseen();
        if (content == null) {
            throw new IllegalStateException("swap: no frames are kept, wanted some");
        }
        shelf.await(copies, content.byteSize());
        return content;
    }

    @Override
    public void aheadIfForeseen() {
        if (content != null || shape == null) {
            return;
        }
        Tensor room = shelf.allocate(shape);
        long row = 0;
        for (Kept.Rest rest : rests) {
            add(shelf.back(rest, room.rows(row, row + 1)));
            row++;
        }
        content = room;
    }

    /// The layer is about to run on `x` `[F, …]`, whose last frames are to be kept; where there are
    /// fewer, those kept before complete them, and at first copies of the first.
    public void begin(Tensor x) {
        if (!shelf.swaps()) {
            return;
        }
        long fresh = empty() ? count : Math.min(count, x.dim(0));
        for (long i = 0; i < fresh; i++) {
            long index = Math.max(0, x.dim(0) - fresh + i);
            Tensor frame = x.rows(index, index + 1);
            Kept.Rest rest = rests.size() < count ? shelf.room(frame) : rests.removeFirst();
            rests.addLast(rest);
            add(shelf.out(frame, rest));
        }
        shape = x.shape().with(0, count);
        shelf.used(this);
    }

    /// The layer is about to run for the last time.
    public void beginLast() {
        if (shelf.swaps()) {
            shelf.used(this);
        }
    }

    /// The layer has run on `x`; what [#get] gave is no longer needed.
    public void end(Tensor x) {
        if (shelf.swaps()) {
            shelf.await(copies, x.byteSize());
            free();
            return;
        }
        Tensor frames = content;
        if (frames == null) {
            shape = x.shape().with(0, count);
            frames = shelf.allocate(x.shape().with(0, count));
            content = frames;
            for (long i = 0; i < count; i++) {
                copy(x.rows(0, 1), frames.rows(i, i + 1));
            }
        }
        push(frames, x);
    }

    private static void push(Tensor frames, Tensor x) {
        long room = frames.dim(0);
        long fresh = Math.min(room, x.dim(0));
        for (long i = fresh; i < room; i++) {
            copy(frames.rows(i, i + 1), frames.rows(i - fresh, i - fresh + 1));
        }
        copy(x.rows(x.dim(0) - fresh, x.dim(0)), frames.rows(room - fresh, room));
    }

    private static void copy(Tensor from, Tensor to) {
        Ops ops = Workspace.current().backend().ops();
        ops.slice(to, from, 0, 0);
    }

    private void add(@Nullable Future<?> copy) {
        if (copy != null) {
            copies.add(copy);
        }
    }

    private void free() {
        if (content != null) {
            shelf.free(content);
            content = null;
        }
    }

    /// Empties the box.
    public void clear() {
        shelf.await(copies, 0);
        free();
        rests.forEach(shelf::forget);
        rests.clear();
        shape = null;
    }
}
