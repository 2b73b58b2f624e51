package dev.fourfold.gateway.http;

import dev.fourfold.contract.Problem;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.micronaut.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Whether one request is being worked on. It counts from when its body is there, so that bodies which arrive slowly keep
 * nobody else out, until its answer begins.
 */
public final class Admission {

    private static final String ATTRIBUTE = "fourfold.admission";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** It counts nowhere yet, with that bulkhead, or never again. */
    private sealed interface State {
        record Waiting() implements State {}

        record Counted(Bulkhead with) implements State {}

        record Over() implements State {}
    }

    private static final State WAITING = new State.Waiting();
    private static final State OVER = new State.Over();

    private final Load load;
    private final AtomicReference<State> state = new AtomicReference<>(WAITING);
    private volatile boolean refused;

    Admission(Load load) {
        this.load = load;
    }

    /** The one of a request; none for those made up in tests of parts. */
    static @Nullable Admission of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, Admission.class).orElse(null);
    }

    /** Leaves it with the request. */
    void with(HttpRequest<?> request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Whether this request was refused for what others are doing. */
    static boolean refused(HttpRequest<?> request) {
        Admission admission = of(request);
        return admission != null && admission.refused;
    }

    /** Before the body is read: nobody need send one that is going to be refused. */
    boolean possible() {
        return load.requests().getMetrics().getAvailableConcurrentCalls() > 0 || refuse(load.requests());
    }

    /** The work begins, if there is room. */
    boolean begun() {
        return begun(load.requests());
    }

    /** The body is there, and the work begins. @throws ProblemException where there is too much of it */
    static void bodyIsHere(HttpRequest<?> request) {
        Admission admission = of(request);
        if (admission != null && !admission.begun()) {
            throw tooMuch().toException();
        }
    }

    /** A file begins to arrive, which takes as long as its sender takes. @throws ProblemException where there are too many */
    static void uploads(HttpRequest<?> request) {
        Admission admission = of(request);
        if (admission != null && !admission.begun(admission.load.uploads())) {
            throw tooMuch().toException();
        }
    }

    /**
     * Now it waits for what others do, which is no work: were it counted as such, a thousand that wait for the last one would
     * keep that one out.
     *
     * @throws ProblemException where too many wait
     */
    public static void waitsForOthers(HttpRequest<?> request) {
        Admission admission = of(request);
        if (admission != null && !admission.waits(admission.load.waiting())) {
            throw tooMuch().toException();
        }
    }

    /** The answer begins. */
    void over() {
        if (state.getAndSet(OVER) instanceof State.Counted counted) {
            counted.with().onComplete();
        }
    }

    static Problem tooMuch() {
        return new Problem.LimitExceeded("The gateway has too much to do now.", RETRY_AFTER);
    }

    private boolean begun(Bulkhead bulkhead) {
        if (state.get() != WAITING) {
            return true;
        }
        if (!bulkhead.tryAcquirePermission()) {
            return refuse(bulkhead);
        }
        if (!state.compareAndSet(WAITING, new State.Counted(bulkhead))) {
            bulkhead.releasePermission();
        }
        return true;
    }

    private boolean waits(Bulkhead waiting) {
        if (!waiting.tryAcquirePermission()) {
            return refuse(waiting);
        }
        switch (state.getAndUpdate(now -> now == OVER ? OVER : new State.Counted(waiting))) {
            case State.Waiting _ -> {}
            case State.Counted(var before) -> before.onComplete();
            case State.Over _ -> waiting.releasePermission();
        }
        return true;
    }

    private boolean refuse(Bulkhead bulkhead) {
        refused = true;
        load.refused(bulkhead);
        return false;
    }
}
