package dev.fourfold.cache.redis;

import dev.fourfold.cache.heart.Beat;
import dev.fourfold.cache.heart.BeatStore;
import dev.fourfold.cache.heart.Beaten;
import dev.fourfold.cache.heart.HeardHeart;
import dev.fourfold.cache.heart.HeartNumber;
import dev.fourfold.cache.heart.Overdue;
import dev.fourfold.cache.heart.Overdue.SilentHeart;
import dev.fourfold.cache.heart.RecordedHeart;
import dev.fourfold.cache.heart.StartHeart;
import dev.fourfold.cache.heart.StartedHeart;
import dev.fourfold.cache.heart.Watcher;
import dev.fourfold.cache.redis.StateRunner.Reply;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** Beats in Redis. */
@Singleton
final class RedisBeatStore implements BeatStore {

    /** Longer than a transaction of whoever marks them takes, as a rule; it may be answered twice all the same. */
    private static final long AGAIN_MILLIS = 5_000;

    private final StateRunner redis;
    private final HeartsConfiguration configuration;

    RedisBeatStore(StateRunner redis, HeartsConfiguration configuration) {
        this.redis = redis;
        this.configuration = configuration;
    }

    @Override
    public Beaten beat(String runId, Beat beat) {
        Reply reply = run(HeartScripts.BEAT, runId, number(beat.ttlMillis()), beat.worker(), most());
        return switch (reply.status()) {
            case "ok" ->
                new Beaten(
                        reply.incarnation(),
                        reply.number(1),
                        reply.number(2),
                        reply.text(3).equals("yes"));
            case "unknown" -> new Beaten(reply.incarnation(), reply.number(1), null, false);
            case "full" -> throw full();
            default -> throw unexpected(reply);
        };
    }

    @Override
    public StartedHeart start(String runId, StartHeart heart) {
        Reply reply = run(
                HeartScripts.START,
                heart.incarnation(),
                number(heart.askedMillis()),
                runId,
                number(heart.number()),
                number(heart.ttlMillis()),
                heart.worker());
        return new StartedHeart(reply.status().equals("ok"), reply.number(1));
    }

    @Override
    public void adopt(List<RecordedHeart> hearts) {
        var arguments = new ArrayList<String>();
        arguments.add(most());
        for (RecordedHeart heart : hearts) {
            arguments.add(heart.runId());
            arguments.add(number(heart.number()));
            arguments.add(number(heart.ttlMillis()));
            arguments.add(heart.worker());
        }
        Reply reply = run(HeartScripts.ADOPT, arguments.toArray(String[]::new));
        if (reply.status().equals("full")) {
            throw full();
        }
    }

    @Override
    public Overdue overdue(Watcher watcher, int limit) {
        Reply reply = run(
                HeartScripts.OVERDUE,
                watcher.name(),
                number(watcher.gapMillis()),
                number(watcher.turnMillis()),
                number(limit),
                number(AGAIN_MILLIS));
        var hearts = new ArrayList<SilentHeart>();
        for (int i = 3; i < reply.parts().size(); i += 5) {
            hearts.add(new SilentHeart(
                    reply.text(i),
                    reply.number(i + 1),
                    reply.number(i + 2),
                    reply.text(i + 3).equals("1"),
                    reply.text(i + 4)));
        }
        return new Overdue(reply.incarnation(), reply.text(1).equals("yes"), reply.number(2), hearts);
    }

    @Override
    public HeardHeart read(String runId) {
        Reply reply = run(HeartScripts.READ, runId);
        return reply.status().equals("none")
                ? new HeardHeart(null, 0, 0, false, reply.number(1), "")
                : new HeardHeart(
                        reply.number(2),
                        reply.number(3),
                        reply.number(4),
                        reply.text(5).equals("1"),
                        reply.number(1),
                        reply.text(6));
    }

    @Override
    public void forget(List<HeartNumber> hearts) {
        var arguments = new ArrayList<String>();
        for (HeartNumber heart : hearts) {
            arguments.add(heart.runId());
            arguments.add(number(heart.number()));
        }
        run(HeartScripts.FORGET, arguments.toArray(String[]::new));
    }

    private Reply run(HeartScripts script, String... arguments) {
        return redis.runOn(script, HeartScripts.KEY, arguments);
    }

    private String most() {
        return number(configuration.max());
    }

    private ProblemException full() {
        return new Problem.Full("There are " + configuration.max() + " hearts, the most that may be.").toException();
    }

    private static IllegalStateException unexpected(Reply reply) {
        return new IllegalStateException("A script answered " + reply.status());
    }

    private static String number(long number) {
        return Long.toString(number);
    }
}
