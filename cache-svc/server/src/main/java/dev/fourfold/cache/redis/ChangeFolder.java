package dev.fourfold.cache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fourfold.cache.CacheView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;

/**
 * Folds the marks and settlements that come while a script runs into the next one: with many writers at once, most of
 * what a change costs Redis and us is the asking, not the change. Waits for nobody: the first one goes at once.
 */
final class ChangeFolder {

    /** What one script does at most; Redis does nothing else meanwhile. */
    private static final int MOST = 64;

    private static final int MOST_SUBJECTS = 2_000;

    private final BiFunction<CacheView, List<Change>, CompletionStage<?>> script;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean underWay;

    /**
     * With what runs the script; its stage ends in any case.
     *
     * @param script changes all, in their order, or tells of a failure, after which nobody knows which
     */
    ChangeFolder(BiFunction<CacheView, List<Change>, CompletionStage<?>> script) {
        this.script = script;
    }

    /**
     * A mark or a settlement.
     *
     * @param longestMillis for how long a mark stands by itself; 0 for a settlement
     */
    record Change(String mark, long longestMillis, Collection<String> subjects) {

        byte[] kind() {
            return (longestMillis > 0 ? "m" : "s").getBytes(UTF_8);
        }
    }

    private record Waiting(CacheView view, Change change, CompletableFuture<Void> made) {}

    /** Makes a change; a cancelled one that has not begun is left out. */
    CompletableFuture<Void> make(CacheView view, Change change) {
        var made = new CompletableFuture<Void>();
        lock.lock();
        try {
            waiting.add(new Waiting(view, change, made));
            if (underWay) {
                return made;
            }
            underWay = true;
        } finally {
            lock.unlock();
        }
        next();
        return made;
    }

    private void next() {
        var fold = take();
        if (fold.isEmpty()) {
            return;
        }
        CompletionStage<?> stage;
        try {
            stage = script.apply(
                    fold.getFirst().view(), fold.stream().map(Waiting::change).toList());
        } catch (RuntimeException e) {
            stage = CompletableFuture.failedStage(e);
        }
        stage.whenComplete((_, failure) -> {
            // The next fold first: its way to Redis and back begins while these callers wake up.
            next();
            for (var one : fold) {
                if (failure == null) {
                    one.made().complete(null);
                } else {
                    one.made().completeExceptionally(failure);
                }
            }
        });
    }

    /** The longest waiting ones of one view; nothing, and no script under way, where nobody waits. */
    private List<Waiting> take() {
        var fold = new ArrayList<Waiting>();
        int subjects = 0;
        lock.lock();
        try {
            while (!waiting.isEmpty() && fold.size() < MOST) {
                var first = waiting.getFirst();
                if (first.made().isDone()) {
                    waiting.removeFirst();
                } else if (fold.isEmpty()
                        || (fold.getFirst().view().equals(first.view())
                                && subjects + first.change().subjects().size() <= MOST_SUBJECTS)) {
                    subjects += first.change().subjects().size();
                    fold.add(waiting.removeFirst());
                } else {
                    break;
                }
            }
            underWay = !fold.isEmpty();
        } finally {
            lock.unlock();
        }
        return fold;
    }
}
