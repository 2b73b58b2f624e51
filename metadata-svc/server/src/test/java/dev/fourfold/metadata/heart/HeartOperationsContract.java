package dev.fourfold.metadata.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.heart.SilentHearts.SilentHeart;
import dev.fourfold.metadata.purge.PurgeOperations;
import dev.fourfold.metadata.purge.PurgeRequest;
import dev.fourfold.metadata.run.CreateRun;
import dev.fourfold.metadata.run.Run;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunStatus;
import dev.fourfold.metadata.run.UpdateRun;
import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link HeartOperations} promise, for every way to reach them. */
public abstract class HeartOperationsContract {

    private static final String REDIS = "one start of Redis";
    private static final long SINCE = 1_800_000_000_000L; // 2027-01-15T08:00:00Z
    private static final NewHeart SHORT = new NewHeart(1_000, "host:1");

    /** Where the operations are. */
    protected abstract ApplicationContext context();

    private HeartOperations hearts() {
        return context().getBean(HeartOperations.class);
    }

    private RunOperations runs() {
        return context().getBean(RunOperations.class);
    }

    @BeforeEach
    void listenForLongEnough() throws Exception {
        hearts().watch(REDIS);
        String run = run();
        long number = hearts().begin(run, SHORT).number();
        await(() -> stop(REDIS, run, number) == HeartVerdict.STOPPED);
    }

    @Test
    void silentRun_isMarkedWithItsReason_andRunsAgainWhereItBeatsAgain() {
        String run = run();
        long number = hearts().begin(run, SHORT).number();

        assertThat(stop(REDIS, run, number)).isEqualTo(HeartVerdict.STOPPED);

        RunInfo marked = runs().get(run).info();
        assertThat(marked.status()).isEqualTo(RunStatus.FAILED);
        assertThat(marked.endTimeMillis()).isEqualTo(SINCE);
        assertThat(tag(run))
                .isEqualTo("stopped: no heartbeat since 2027-01-15T08:00:00Z (1 s allowed), last worker host:2");
        RunHeart.Heart heart = Objects.requireNonNull(heart(run));
        assertThat(heart.silentSinceMillis()).isEqualTo(SINCE);
        assertThat(heart.reason()).isEqualTo(tag(run));
        assertThat(heart.stoppedMillis()).isPositive();
        assertThat(stop(REDIS, run, number)).as("a repeat").isEqualTo(HeartVerdict.GONE);
        assertThat(beating()).doesNotContain(run);

        BegunHeart again = hearts().begin(run, SHORT);

        assertThat(again.number()).isGreaterThan(number);
        assertThat(again.silentSinceMillis()).isEqualTo(SINCE);
        RunInfo resumed = runs().get(run).info();
        assertThat(resumed.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(resumed.endTimeMillis()).isNull();
        assertThat(tag(run)).matches("resumed at \\S+Z, after no heartbeat since 2027-01-15T08:00:00Z");
        assertThat(beating()).contains(run);
        assertThat(hearts().begin(run, SHORT).silentSinceMillis()).isNull();
    }

    @Test
    void runThatWasNotHeardSinceRedisForgot_isMarkedWithThatReason() throws Exception {
        String run = run();
        long number = hearts().begin(run, new NewHeart(1_500, "")).number();
        var silent = new SilentHearts(REDIS, List.of(new SilentHeart(run, number, SINCE, false, "")));
        await(() -> hearts().stop(silent).getFirst() == HeartVerdict.STOPPED);
        assertThat(tag(run))
                .isEqualTo("stopped: no heartbeat within 1500 ms from 2027-01-15T08:00:00Z, when Redis had forgotten"
                        + " earlier ones");
    }

    @Test
    void heartThatBeganAnew_isNotStoppedByWhatWasKnownBefore() {
        String run = run();
        long number = hearts().begin(run, SHORT).number();
        hearts().begin(run, SHORT);
        assertThat(stop(REDIS, run, number)).isEqualTo(HeartVerdict.GONE);
        assertThat(runs().get(run).info().status()).isEqualTo(RunStatus.RUNNING);
    }

    @ParameterizedTest
    @EnumSource(
            value = RunStatus.class,
            names = {"FINISHED", "FAILED", "KILLED"})
    void runThatEndsByItself_losesItsHeart_withoutAMark(RunStatus end) {
        String run = run();
        long number = hearts().begin(run, SHORT).number();
        runs().update(run, new UpdateRun(end, 7L, null));
        assertThat(heart(run)).isNull();
        assertThat(stop(REDIS, run, number)).isEqualTo(HeartVerdict.GONE);
        assertThat(runs().get(run).info().status()).isEqualTo(end);
        assertThat(runs().get(run).info().endTimeMillis()).isEqualTo(7L);
        assertThat(tag(run)).isNull();
        assertThat(problemOf(() -> hearts().begin(run, SHORT))).isInstanceOf(Problem.InvalidState.class);
    }

    @ParameterizedTest
    @EnumSource(RunStatus.class)
    void statusThatAClientSetsAfterTheMark_stays(RunStatus status) {
        String run = run();
        stop(REDIS, run, hearts().begin(run, SHORT).number());
        runs().update(run, new UpdateRun(status, null, null));
        assertThat(heart(run)).isNull();
        assertThat(tag(run))
                .matches("set to " + status + " by a client at \\S+Z, after no heartbeat since 2027-01-15T08:00:00Z");
        if (status == RunStatus.RUNNING || status == RunStatus.SCHEDULED) {
            assertThat(hearts().begin(run, SHORT).silentSinceMillis()).isNull();
        } else {
            assertThat(problemOf(() -> hearts().begin(run, SHORT))).isInstanceOf(Problem.InvalidState.class);
        }
        assertThat(runs().get(run).info().status()).isEqualTo(status);
    }

    @Test
    void endTimeThatAClientSetsAfterTheMark_stays() {
        String run = run();
        stop(REDIS, run, hearts().begin(run, SHORT).number());
        runs().update(run, new UpdateRun(null, 8L, null));
        assertThat(problemOf(() -> hearts().begin(run, SHORT))).isInstanceOf(Problem.InvalidState.class);
        assertThat(runs().get(run).info().endTimeMillis()).isEqualTo(8L);
    }

    @Test
    void renamingAndRunning_leaveTheHeart() {
        String run = run();
        hearts().begin(run, SHORT);
        runs().update(run, new UpdateRun(null, null, "other"));
        runs().update(run, new UpdateRun(RunStatus.RUNNING, null, null));
        assertThat(heart(run)).isNotNull();
    }

    @Test
    void nobodyIsMarked_whileABeatMayHaveBeenLost() throws Exception {
        String run = run();
        long number = hearts().begin(run, new NewHeart(2_000, "")).number();
        hearts().watch(null);
        assertThat(stop(REDIS, run, number)).isEqualTo(HeartVerdict.UNSURE);
        assertThat(runs().get(run).info().status()).isEqualTo(RunStatus.RUNNING);
        long begin = System.nanoTime();
        await(() -> stop(REDIS, run, number) == HeartVerdict.STOPPED);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(1_000));
    }

    @Test
    void anotherStartOfRedis_isListenedToForAWhile_beforeAnybodyIsMarked() throws Exception {
        String run = run();
        long number = hearts().begin(run, SHORT).number();
        hearts().watch("another start");
        assertThat(stop("another start", run, number)).isEqualTo(HeartVerdict.UNSURE);
        assertThat(stop(REDIS, run, number)).as("of two at once neither").isEqualTo(HeartVerdict.UNSURE);
        assertThat(stop("another start", run, number)).isEqualTo(HeartVerdict.UNSURE);
        hearts().watch("another start");
        await(() -> stop("another start", run, number) == HeartVerdict.STOPPED);
    }

    @Test
    void hearts_areListedInPages_withoutThoseThatStopped() {
        var some = List.of(run(), run(), run());
        some.forEach(run -> hearts().begin(run, SHORT));
        assertThat(beating()).containsSubsequence(some).doesNotHaveDuplicates();
        assertThat(hearts().beating(null, 1).hearts()).hasSize(1);
        hearts().remove(some.get(1));
        hearts().remove(some.get(1));
        assertThat(beating()).containsSubsequence(some.get(0), some.get(2)).doesNotContain(some.get(1));
        assertThat(runs().get(some.get(1)).info().status()).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void deletedRun_hasNoHeart_andIsPurgedWithIt() {
        String run = run();
        long number = hearts().begin(run, SHORT).number();
        runs().delete(run);
        assertThat(hearts().get(run).stage()).isEqualTo(LifecycleStage.DELETED);
        assertThat(problemOf(() -> hearts().begin(run, SHORT))).isInstanceOf(Problem.InvalidArgument.class);
        assertThat(context()
                        .getBean(PurgeOperations.class)
                        .begin(new PurgeRequest(List.of(run), 0L, true, false, null)))
                .hasSize(1);
        assertThat(stop(REDIS, run, number)).isEqualTo(HeartVerdict.GONE);
        assertThat(problemOf(() -> hearts().get(run))).isInstanceOf(Problem.NotFound.class);
        assertThat(problemOf(() -> hearts().remove(run))).isInstanceOf(Problem.NotFound.class);
        assertThat(problemOf(() -> hearts().begin(run, SHORT))).isInstanceOf(Problem.NotFound.class);
    }

    @Test
    void verdicts_areInTheOrderOfTheHearts() {
        String first = run();
        String second = run();
        long firstNumber = hearts().begin(first, SHORT).number();
        long secondNumber = hearts().begin(second, SHORT).number();
        assertThat(hearts().stop(new SilentHearts(
                        REDIS,
                        List.of(
                                new SilentHeart(second, secondNumber, SINCE, true, ""),
                                new SilentHeart("nothing", 1, SINCE, true, ""),
                                new SilentHeart(first, firstNumber - 1, SINCE, true, "")))))
                .containsExactly(HeartVerdict.STOPPED, HeartVerdict.GONE, HeartVerdict.GONE);
    }

    @Test
    void whatNoHeartMayBe_isRefused() {
        String run = run();
        for (var wrong : List.of(new NewHeart(999, ""), new NewHeart(86_400_001, ""), new NewHeart(1_000, "a\0b"))) {
            assertThat(problemOf(() -> hearts().begin(run, wrong))).isInstanceOf(Problem.InvalidArgument.class);
        }
        assertThat(problemOf(() -> hearts().begin("a\0b", SHORT))).isInstanceOf(Problem.NotFound.class);
    }

    private HeartVerdict stop(String incarnation, String run, long number) {
        return hearts().stop(
                        new SilentHearts(incarnation, List.of(new SilentHeart(run, number, SINCE, true, "host:2"))))
                .getFirst();
    }

    private List<String> beating() {
        var all = new ArrayList<String>();
        Long next = null;
        do {
            HeartPage page = hearts().beating(next, 2);
            page.hearts().forEach(heart -> all.add(heart.runId()));
            next = page.next();
        } while (next != null);
        return all;
    }

    private RunHeart.@Nullable Heart heart(String run) {
        return hearts().get(run).heart();
    }

    private @Nullable String tag(String run) {
        return runs().get(run).tags().stream()
                .filter(tag -> tag.key().equals(HeartOperations.TAG))
                .map(Tag::value)
                .findFirst()
                .orElse(null);
    }

    private String run() {
        Run run = runs().create(new CreateRun("0", "", null, 1, List.of()));
        return run.info().runId();
    }

    private static Problem problemOf(ThrowingCallable command) {
        ProblemException thrown = catchThrowableOfType(ProblemException.class, command);
        assertThat(thrown).as("a problem").isNotNull();
        return thrown.problem();
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(limit);
            Thread.sleep(20);
        }
    }
}
