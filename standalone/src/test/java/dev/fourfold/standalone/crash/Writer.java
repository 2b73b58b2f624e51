package dev.fourfold.standalone.crash;

import dev.fourfold.standalone.crash.Gateway.Answer;
import dev.fourfold.standalone.crash.Write.Form;
import dev.fourfold.standalone.crash.Write.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Writes 1, 2, 3 ... into a run of its own until told to stop, and remembers what came of each. */
final class Writer implements Runnable {

    private static final List<Form> MIX = List.of(
            Form.METRIC, Form.METRIC, Form.METRIC, Form.BATCH, Form.BATCH, Form.TAG, Form.TAG, Form.LINE, Form.LINE);
    private static final int MOST_PAUSE_MILLIS = 40;
    private static final Duration BACK_OFF = Duration.ofMillis(300);
    private static final int REPEATS_OF_TEN = 6;

    private final int id;
    private final String run;
    private final Gateway gateway;
    private final CountDownLatch stop;
    private final Random random;
    private final List<Write> writes = Collections.synchronizedList(new ArrayList<>());

    Writer(int id, long seed, String run, Gateway gateway, CountDownLatch stop) {
        this.id = id;
        this.run = run;
        this.gateway = gateway;
        this.stop = stop;
        this.random = new Random(seed * 31 + id);
    }

    String target() {
        return run;
    }

    List<Write> writes() {
        return List.copyOf(writes);
    }

    @Override
    public void run() {
        try {
            for (int n = 1; !stop.await(random.nextInt(MOST_PAUSE_MILLIS), TimeUnit.MILLISECONDS); n++) {
                writes.add(write(n));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Write write(int n) throws InterruptedException {
        Form form = MIX.get(random.nextInt(MIX.size()));
        String body = form.body(run, id, n);
        Instant at = Instant.now();
        Answer answer = gateway.post(form.path(run), body);
        int attempts = 1;
        Outcome outcome = answer.outcome();
        while (answer.outcome() == Outcome.UNKNOWN
                && !stop.await(BACK_OFF.toMillis(), TimeUnit.MILLISECONDS)
                && random.nextInt(10) < REPEATS_OF_TEN) {
            answer = gateway.post(form.path(run), body);
            attempts++;
            // A repeat that is refused says nothing about the first attempt.
            outcome = answer.outcome() == Outcome.OK ? Outcome.OK : Outcome.UNKNOWN;
        }
        return new Write(id, n, form, outcome, attempts, at, answer.status() + " " + answer.body());
    }
}
