package dev.fourfold.metadata.run;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.ServesMetadata;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the writes that arrive while a transaction is under way into the next one, so that many requests share one
 * commit. A run always belongs to the same committer, so writes of one run keep their order and two transactions of
 * this process never touch the same run.
 */
@Singleton
@ServesMetadata
final class WriteFolder {

    private static final Logger LOG = LoggerFactory.getLogger(WriteFolder.class);
    private static final String PART = "postgresql";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final RunStore store;
    private final WriteFolding folding;
    private final List<Committer> committers = new ArrayList<>();
    private volatile boolean closed;

    WriteFolder(RunStore store, WriteFolding folding) {
        this.store = store;
        this.folding = folding;
        for (int i = 0; i < folding.committers(); i++) {
            var committer = new Committer(folding.maxWaiting());
            committers.add(committer);
            Thread.ofPlatform().name("run-writes-" + i).daemon().start(committer);
        }
    }

    /** Returns once the write is committed; throws its problem where it is refused. */
    RunPlace write(RunWrite write) {
        var waiting = new Waiting(write, new CompletableFuture<>());
        var committer = committers.get(Math.floorMod(write.runId().hashCode(), committers.size()));
        if (closed || !committer.queue.offer(waiting)) {
            throw unavailable(closed ? "metadata-svc is shutting down" : "too many writes wait for PostgreSQL");
        }
        try {
            return switch (waiting.outcome().get(folding.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
                case WriteOutcome.Written(var place) -> place;
                case WriteOutcome.Refused(var problem) -> throw problem.toException();
            };
        } catch (TimeoutException e) {
            waiting.outcome().cancel(false); // A committer that has not begun it leaves it out.
            throw unavailable("PostgreSQL did not answer in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            waiting.outcome().cancel(false);
            throw unavailable("the request was interrupted");
        } catch (ExecutionException e) {
            throw new ProblemException(problemOf(e.getCause()), e);
        }
    }

    /** How many requests wait for a committer now. */
    int waiting() {
        return committers.stream().mapToInt(committer -> committer.queue.size()).sum();
    }

    /** Lets what waits be committed, and ends the committers. */
    @PreDestroy
    void close() {
        closed = true;
        committers.forEach(Committer::end);
    }

    private static Problem problemOf(@Nullable Throwable failure) {
        return failure instanceof ProblemException known
                ? known.problem()
                : new Problem.Internal("The write could not be done");
    }

    private static ProblemException unavailable(String why) {
        return new Problem.Unavailable(PART, why, RETRY_AFTER).toException();
    }

    /** A request on its way, and where its caller waits. No write: the committer's last. */
    private record Waiting(@Nullable RunWrite write, CompletableFuture<WriteOutcome> outcome) {

        static Waiting end() {
            return new Waiting(null, new CompletableFuture<>());
        }

        RunWrite request() {
            return Objects.requireNonNull(write);
        }

        int rows() {
            var changes = request().changes();
            return changes.metrics().size()
                    + changes.params().size()
                    + changes.tags().size();
        }
    }

    /** One thread with its queue. */
    private final class Committer implements Runnable {

        private final BlockingQueue<Waiting> queue;
        private final CountDownLatch ended = new CountDownLatch(1);
        private @Nullable Waiting leftOver;
        private boolean ending;

        Committer(int maxWaiting) {
            this.queue = new LinkedBlockingQueue<>(maxWaiting);
        }

        @Override
        public void run() {
            try {
                while (!ending || leftOver != null) {
                    commit(nextFold());
                }
            } catch (InterruptedException e) {
                LOG.warn("event=committer-interrupted waiting={}", queue.size());
            } finally {
                ended.countDown();
            }
        }

        void end() {
            try {
                queue.put(Waiting.end());
                if (!ended.await(folding.deadline().toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("event=committer-left-behind waiting={}", queue.size());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private List<Waiting> nextFold() throws InterruptedException {
            var fold = new ArrayList<Waiting>();
            int rows = 0;
            Waiting next = leftOver != null ? leftOver : queue.take();
            leftOver = null;
            while (next != null) {
                if (next.write() == null) {
                    ending = true;
                    break;
                }
                rows += next.rows();
                if (!fold.isEmpty() && (rows > folding.maxRows() || fold.size() == folding.maxRequests())) {
                    leftOver = next;
                    break;
                }
                if (!next.outcome().isDone()) {
                    fold.add(next);
                }
                next = queue.poll();
            }
            return fold;
        }

        private void commit(List<Waiting> fold) {
            if (fold.isEmpty()) {
                return;
            }
            try {
                var outcomes = store.write(fold.stream().map(Waiting::request).toList());
                for (int i = 0; i < fold.size(); i++) {
                    fold.get(i).outcome().complete(outcomes.get(i));
                }
            } catch (ProblemException e) {
                fold.forEach(waiting -> waiting.outcome().completeExceptionally(e));
            } catch (RuntimeException e) {
                if (fold.size() > 1) {
                    LOG.warn("event=fold-failed requests={} then=one-by-one", fold.size(), e);
                    fold.forEach(waiting -> commit(List.of(waiting)));
                } else if (!fold.getFirst().outcome().completeExceptionally(e)) {
                    // Whoever waits has it logged, under the id of its request.
                    LOG.error(
                            "event=write-failed run={}",
                            fold.getFirst().request().runId(),
                            e);
                }
            } catch (Error e) {
                // The thread must live on: nobody else commits for its runs.
                LOG.error("event=fold-failed requests={}", fold.size(), e);
                fold.forEach(waiting -> waiting.outcome().completeExceptionally(e));
            }
        }
    }
}
