package dev.fourfold.cache.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fourfold.cache.heart.Overdue.SilentHeart;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What {@link BeatOperations} promise, for every way to reach them. A subclass gives the operations. */
public abstract class BeatOperationsContract {

    /** So long a heart of these tests may be silent. */
    protected static final long TTL = 1_000;

    /** So long a watcher may be away. */
    protected static final long GAP = 2_000;

    private static final AtomicLong NUMBERS = new AtomicLong(1);
    private static final Beat BEAT = new Beat(TTL, "host:1");

    protected final String run = UUID.randomUUID().toString().replace("-", "");
    private final String watcher = "w-" + UUID.randomUUID();

    /** The operations. */
    protected abstract BeatOperations beats();

    /** The hearts that are silent now. */
    protected final Overdue overdue() {
        return overdue(100);
    }

    /** The same, where the turn is for so long. */
    protected final Overdue overdue(long turnMillis) {
        return beats().overdue(new Watcher(watcher, GAP, turnMillis));
    }

    /** Begins the heart as the gateway does. */
    protected final long begin() {
        Beaten unknown = beats().beat(run, BEAT);
        assertThat(unknown.number()).isNull();
        long number = NUMBERS.getAndIncrement();
        assertThat(start(unknown, number).started()).isTrue();
        return number;
    }

    private StartedHeart start(Beaten asked, long number) {
        return beats().start(run, new StartHeart(asked.incarnation(), asked.atMillis(), number, TTL, "host:1"));
    }

    /** This heart, where it is silent. */
    protected final Optional<SilentHeart> silent() {
        return overdue().hearts().stream()
                .filter(heart -> heart.runId().equals(run))
                .findFirst();
    }

    /** Waits until the heart is called silent. */
    protected final SilentHeart awaitSilent() throws Exception {
        var found = new ArrayList<SilentHeart>();
        await("silent", () -> {
            silent().ifPresent(found::add);
            return !found.isEmpty();
        });
        return found.getFirst();
    }

    /** Repeats until it is so. */
    protected static void await(String what, Callable<Boolean> condition) throws Exception {
        long limit = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(limit);
            Thread.sleep(50);
        }
    }

    /** What is wrong with a command. */
    protected static Problem problemOf(ThrowingCallable command) {
        ProblemException thrown = catchThrowableOfType(ProblemException.class, command);
        assertThat(thrown).as("a problem").isNotNull();
        return thrown.problem();
    }

    @Test
    void heart_beginsAndBeats() {
        long number = begin();
        Beaten beaten = beats().beat(run, new Beat(TTL, "host:2"));
        assertThat(beaten.number()).isEqualTo(number);
        assertThat(beaten.confirm()).isFalse();
        HeardHeart heard = beats().read(run);
        assertThat(heard).isEqualTo(new HeardHeart(number, TTL, beaten.atMillis(), true, heard.nowMillis(), "host:2"));
        assertThat(beats().beat(run, new Beat(TTL + 1, "")).number())
                .as("another time begins a heart anew")
                .isNull();
        beats().forget(List.of(new HeartNumber(run, number - 1)));
        assertThat(beats().read(run).number()).isEqualTo(number);
        beats().forget(List.of(new HeartNumber(run, number)));
        assertThat(beats().read(run).number()).isNull();
        assertThat(beats().beat(run, BEAT).number()).isNull();
    }

    @Test
    void silentHeart_isCalledSo_afterItsWholeTime_andMustBeginAnew() throws Exception {
        overdue();
        long number = begin();
        long begin = System.nanoTime();
        SilentHeart silent = awaitSilent();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(TTL));
        assertThat(silent)
                .isEqualTo(new SilentHeart(run, number, beats().read(run).atMillis(), true, "host:1"));
        assertThat(silent()).as("not twice at once").isEmpty();
        Beaten late = beats().beat(run, BEAT);
        assertThat(late.number()).isNull();
        assertThat(start(late, number + 1).started()).isTrue();
        assertThat(beats().beat(run, BEAT).number()).isEqualTo(number + 1);
        beats().forget(List.of(new HeartNumber(run, number)));
        assertThat(beats().beat(run, BEAT).number()).isEqualTo(number + 1);
    }

    @Test
    void whatIsToldOf_hasItsWholeTime_andMustBeginAnew() throws Exception {
        long number = NUMBERS.getAndIncrement();
        beats().adopt(List.of(new RecordedHeart(run, number, TTL, "host:3")));
        assertThat(beats().read(run).heard()).isFalse();
        assertThat(beats().beat(run, new Beat(TTL, "host:3")).number()).isNull();
        SilentHeart silent = awaitSilent();
        assertThat(silent.heard()).isFalse();
        assertThat(silent.worker()).isEqualTo("host:3");
    }

    @Test
    void whatIsToldOf_doesNotUndoWhatIsKnown() {
        long number = begin();
        beats().adopt(List.of(new RecordedHeart(run, number, TTL, "")));
        assertThat(beats().beat(run, BEAT).number()).isEqualTo(number);
    }

    @Test
    void heartThatBeganTooLongAgo_isNotListenedTo() throws Exception {
        Beaten asked = beats().beat(run, BEAT);
        await("late", () -> beats().read(run).nowMillis() - asked.atMillis() > TTL);
        assertThat(start(asked, NUMBERS.getAndIncrement()).started()).isFalse();
        Beaten again = beats().beat(run, BEAT);
        assertThat(beats().start(run, new StartHeart("another start", again.atMillis(), 1, TTL, ""))
                        .started())
                .isFalse();
        long number = NUMBERS.getAndAdd(2);
        assertThat(start(beats().beat(run, BEAT), number + 1).started()).isTrue();
        assertThat(start(again, number).started()).as("another began meanwhile").isFalse();
    }

    @Test
    void timeInWhichAWatcherWasAway_doesNotCount() throws Exception {
        overdue();
        begin();
        long alive = beats().read(run).nowMillis();
        // Another gateway that dies, and takes beats along.
        beats().overdue(new Watcher("dies-" + run, GAP, 100));
        SilentHeart silent = awaitSilent();
        assertThat(silent.heard()).isTrue();
        assertThat(beats().read(run).nowMillis() - alive).isGreaterThanOrEqualTo(GAP + TTL + GAP);
    }

    @Test
    void turn_isOneWatchersAtATime() throws Exception {
        await("free", () -> overdue(2_000).turn());
        assertThat(beats().overdue(new Watcher("another", GAP, 100)).turn()).isFalse();
        await("free again", () -> overdue(100).turn());
    }

    @Test
    void whatNoBeatMayBe_isRefused() {
        for (var wrong : List.of(
                new Beat(999, ""), new Beat(86_400_001, ""), new Beat(TTL, "a\nb"), new Beat(TTL, "x".repeat(251)))) {
            assertThat(problemOf(() -> beats().beat(run, wrong))).isInstanceOf(Problem.InvalidArgument.class);
        }
        assertThat(problemOf(() -> beats().beat("a b", BEAT))).isInstanceOf(Problem.InvalidArgument.class);
    }
}
