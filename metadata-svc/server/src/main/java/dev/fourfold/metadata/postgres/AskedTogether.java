package dev.fourfold.metadata.postgres;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks one question for all who want it at the same time. Whoever comes while it is being asked gets not that answer, which
 * may be from before they came, but the next one: an answer is never older than the wish for it.
 */
final class AskedTogether<T> {

    private final Supplier<T> question;
    private boolean asking;
    private @Nullable CompletableFuture<T> next;

    AskedTogether(Supplier<T> question) {
        this.question = question;
    }

    /** An answer to a question that is asked from now on. */
    synchronized CompletableFuture<T> ask() {
        var mine = next;
        if (mine == null) {
            mine = new CompletableFuture<>();
            next = mine;
        }
        if (!asking) {
            asking = true;
            Thread.startVirtualThread(this::askUntilNobodyWaits);
        }
        return mine;
    }

    private void askUntilNobodyWaits() {
        for (var turn = begin(); turn != null; turn = begin()) {
            try {
                turn.complete(question.get());
            } catch (RuntimeException | Error e) {
                turn.completeExceptionally(e);
            }
        }
    }

    /** From here on nobody joins this turn. */
    private synchronized @Nullable CompletableFuture<T> begin() {
        var turn = next;
        next = null;
        asking = turn != null;
        return turn;
    }
}
