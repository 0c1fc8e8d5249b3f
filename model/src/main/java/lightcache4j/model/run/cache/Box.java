package lightcache4j.model.run.cache;

import lightcache4j.model.run.Features;
import lightcache4j.model.run.swap.Kept;
import lightcache4j.tensors.Tensor;

import org.jspecify.annotations.Nullable;

/// Features that are kept: a place for each stream, which may be out of memory between uses.
final class Box {
    private final Store store;
    private final Kept video;
    private final Kept text;

    Box(Store store, Kept video, Kept text) {
        this.store = store;
        this.video = video;
        this.text = text;
    }

    boolean empty() {
        return video.empty();
    }

    /// Keeps features of [Store#make] or [Store#take] in place of what was there.
    void put(Features x) {
        clear();
        fill(video, x.video());
        fill(text, x.text());
    }

    /// Keeps a tensor of [Store#make] or [Store#take] in place of what was there.
    void put(Tensor x) {
        put(Features.of(x));
    }

    private void fill(Kept place, @Nullable Tensor x) {
        if (x != null) {
            place.put(x);
            store.count(place.byteSize());
        }
    }

    /// What is kept, in memory; valid until the next use after [#leave].
    Features get() {
        return new Features(video.get(), text.empty() ? null : text.get());
    }

    /// Moves what is kept to `other`, in place of what was there.
    void moveTo(Box other) {
        store.count(-byteSize());
        Tensor words = text.empty() ? null : text.take();
        other.put(new Features(video.take(), words));
    }

    /// Has it brought back, without waiting.
    void ahead() {
        video.ahead();
        text.ahead();
    }

    /// It is not needed for now.
    void leave() {
        video.leave();
        text.leave();
    }

    /// Frees what is kept.
    void clear() {
        store.count(-byteSize());
        video.clear();
        text.clear();
    }

    private long byteSize() {
        return video.byteSize() + text.byteSize();
    }
}
