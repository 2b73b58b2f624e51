package dev.fourfold.metadata.purge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.CreateExperiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.model.CreateModel;
import dev.fourfold.metadata.model.ModelOperations;
import dev.fourfold.metadata.run.CreateRun;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.Param;
import dev.fourfold.metadata.run.Run;
import dev.fourfold.metadata.run.RunChanges;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunQuery;
import io.micronaut.context.ApplicationContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What {@link PurgeOperations} promise, for every way to reach them. The grace period is an hour. */
public abstract class PurgeOperationsContract {

    private static final long HOUR = 3_600_000;

    private final String worker = UUID.randomUUID().toString();

    /** Where the operations are. */
    protected abstract ApplicationContext context();

    /** A database, and settings with which tests need not wait. */
    static Map<String, Object> settings(Map<String, Object> database) {
        var all = new HashMap<>(database);
        all.put("fourfold.metadata.purge.grace", "1h");
        all.put("fourfold.metadata.purge.settle", "0s");
        return all;
    }

    @Test
    void purgedRun_isGoneForEverybody_andDoesNotComeBack() {
        String experiment = experiment();
        String kept = filledRun(experiment);
        String run = filledRun(experiment);
        runs().delete(run);
        Run other = runs().get(kept);

        var purge = purges().begin(now(run)).getFirst();

        assertThat(purge.runId()).isEqualTo(run);
        assertThat(purge.experimentId()).isEqualTo(experiment);
        assertThat(purge.artifactUri()).endsWith(run + "/artifacts");
        assertThat(purge.requestedBy()).isEqualTo("somebody");
        assertThat(purge.purgedTimeMillis()).isGreaterThanOrEqualTo(purge.deletedTimeMillis());
        // The run, two params, two metrics, its tag and the one of its name.
        assertThat(purge.rows()).isEqualTo(7);
        assertThat(purge.done()).isFalse();
        var unknown = Problem.NotFound.class;
        assertProblem(unknown, () -> runs().get(run));
        assertProblem(unknown, () -> runs().place(run));
        assertProblem(unknown, () -> runs().restore(run));
        assertProblem(unknown, () -> runs().delete(run));
        assertProblem(unknown, () -> runs().write(run, RunChanges.of(Metric.of("loss", 1, 1, 1))));
        assertProblem(unknown, () -> runs().write(run, RunChanges.of(new Param("p", "v"))));
        assertProblem(unknown, () -> runs().deleteTag(run, "t"));
        assertThat(idsOf(experiment)).containsExactly(kept);
        assertThat(purges().begin(now(run))).containsExactly(purge);
        assertThat(purges().get(run)).isEqualTo(purge);
        assertThat(purges().purged(List.of(kept, run, "x"))).containsExactly(run);
        assertThat(runs().get(kept)).isEqualTo(other);
    }

    @Test
    void requestWithARunThatMayNotBePurged_doesNothing() {
        String experiment = experiment();
        String active = filledRun(experiment);
        String deleted = filledRun(experiment);
        String never = UUID.randomUUID().toString().replace("-", "");
        runs().delete(deleted);

        assertProblem(Problem.InvalidState.class, () -> purges().begin(now(deleted, active)));
        assertProblem(Problem.NotFound.class, () -> purges().begin(now(deleted, never)));
        assertProblem(Problem.InvalidArgument.class, () -> purges().begin(now()));
        // An hour has not passed, and who may not overrule that cannot make it shorter.
        assertProblem(Problem.InvalidState.class, () -> purges().begin(request(null, true, deleted)));
        assertProblem(Problem.InvalidState.class, () -> purges().begin(request(0L, false, deleted)));
        assertProblem(Problem.InvalidState.class, () -> purges().begin(request(2 * HOUR, true, deleted)));
        assertProblem(Problem.NotFound.class, () -> purges().get(deleted));
        runs().restore(deleted);
        assertThat(idsOf(experiment)).containsExactlyInAnyOrder(active, deleted);
    }

    @Test
    void restoredRun_beginsItsGracePeriodAnew() {
        String run = filledRun(experiment());
        runs().delete(run);
        runs().restore(run);

        assertProblem(Problem.InvalidState.class, () -> purges().begin(now(run)));
    }

    @Test
    void candidates_areDeletedRunsOfTheExperiments() {
        String experiment = experiment();
        String active = filledRun(experiment);
        String first = filledRun(experiment);
        String second = filledRun(experiment);
        runs().delete(first);
        runs().delete(second);

        var wanted = List.of(experiment);
        assertThat(purges().candidates(new PurgeCandidates(wanted, 0L, true, 10)))
                .containsExactlyInAnyOrder(first, second);
        assertThat(purges().candidates(new PurgeCandidates(wanted, 0L, true, 1)))
                .hasSize(1);
        assertThat(purges().candidates(new PurgeCandidates(wanted, null, true, 10)))
                .isEmpty();
        assertThat(purges().candidates(new PurgeCandidates(wanted, 0L, false, 10)))
                .isEmpty();
        var left = purges().begin(new PurgeRequest(List.of(first, active, second), 0L, true, true, null));
        assertThat(left).extracting(RunPurge::runId).containsExactly(first, second);
        assertThat(idsOf(experiment)).containsExactly(active);
    }

    @Test
    void runsOfADeletedExperiment_mayBePurged() {
        String experiment = experiment();
        String run = filledRun(experiment);
        context().getBean(ExperimentOperations.class).delete(experiment);

        assertThat(purges().begin(now(run))).hasSize(1);
    }

    @Test
    void claim_isOnesOwn_untilItIsDone() {
        String run = purged();
        var taken = claim(run, worker);

        assertThat(taken.done()).isFalse();
        assertProblem(Problem.Conflict.class, () -> purges().renew(run, "another"));
        assertProblem(Problem.Conflict.class, () -> purges().record(run, "another", PurgeProgress.ofPoints(1)));
        assertThat(claimAll("another")).doesNotContain(run);
        purges().record(run, worker, PurgeProgress.ofPoints(200));
        assertProblem(Problem.Conflict.class, () -> purges().finish(run, worker)); // Two stores are to be done yet.
        purges().record(run, worker, PurgeProgress.ofLines(30));
        purges().record(run, worker, PurgeProgress.ofFiles(2, 4_000));
        var receipt = purges().finish(run, worker);

        assertThat(receipt.done()).isTrue();
        assertThat(receipt.points()).isEqualTo(200);
        assertThat(receipt.lines()).isEqualTo(30);
        assertThat(receipt.files()).isEqualTo(2);
        assertThat(receipt.fileBytes()).isEqualTo(4_000);
        assertThat(receipt.dueTimeMillis()).isNull();
        assertThat(purges().get(run)).isEqualTo(receipt);
        assertThat(purges().begin(now(run))).containsExactly(receipt);
        assertThat(claimAll("another")).doesNotContain(run);
        assertProblem(Problem.Conflict.class, () -> purges().record(run, worker, PurgeProgress.ofPoints(1)));
    }

    @Test
    void deferredPurge_saysWhy_andIsTakenLater() {
        String run = purged();
        claim(run, worker);
        claimAll("another"); // So that below there is nothing else to be taken, which takes its time.
        purges().defer(run, worker, new PurgeDelay("influxdb is away"));

        var waiting = purges().get(run);
        assertThat(waiting.problem()).isEqualTo("influxdb is away");
        assertThat(waiting.attempts()).isEqualTo(1);
        assertThat(claimAll("another")).doesNotContain(run); // For a second.
        assertThat(claim(run, "another").attempts()).isEqualTo(1);
    }

    @Test
    void pointsOfModels_goWithTheRun_theModelStays() {
        String experiment = experiment();
        String run = filledRun(experiment);
        String kept = filledRun(experiment);
        var models = context().getBean(ModelOperations.class);
        var model = models.create(new CreateModel(experiment, "m", "", run, List.of(), List.of()));
        for (String one : List.of(run, kept)) {
            runs().write(one, RunChanges.of(Metric.of("loss", 1, 1, 1).ofModel(model.modelId(), null, null)));
        }
        runs().delete(run);
        var purge = purges().begin(now(run)).getFirst();

        assertThat(purge.modelsLeft()).isEqualTo(1);
        claim(run, worker);
        purges().record(run, worker, new PurgeProgress(0L, 0L, 0L, 0L, "s3://elsewhere/a"));
        var receipt = purges().finish(run, worker);
        assertThat(receipt.rows()).isEqualTo(purge.rows() + 1);
        assertThat(receipt.artifactsLeft()).isEqualTo("s3://elsewhere/a");
        assertThat(models.get(model.modelId(), false).metrics()).hasSize(1);
    }

    @Test
    void list_isPaged() {
        String experiment = experiment();
        for (int i = 0; i < 5; i++) {
            String run = filledRun(experiment);
            runs().delete(run);
            purges().begin(now(run));
        }
        var first = purges().list(new PurgeQuery(experiment, false, null, 3));
        var second = purges().list(new PurgeQuery(experiment, null, first.next(), 3));

        assertThat(first.purges()).hasSize(3);
        assertThat(second.purges()).hasSize(2).doesNotContainAnyElementsOf(first.purges());
        assertThat(second.next()).isNull();
        assertThat(purges().list(new PurgeQuery(experiment, true, null, 3)).purges())
                .isEmpty();
    }

    private String purged() {
        String run = filledRun(experiment());
        runs().delete(run);
        purges().begin(now(run));
        return run;
    }

    /** Takes what waits, other tests' runs too, until it is this one's turn. */
    private RunPurge claim(String run, String by) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (System.nanoTime() < deadline) {
            for (RunPurge purge : purges().claim(by)) {
                if (purge.runId().equals(run)) {
                    return purge;
                }
            }
        }
        throw new AssertionError("Never got " + run);
    }

    private List<String> claimAll(String by) {
        var ids = new ArrayList<String>();
        List<RunPurge> taken = purges().claim(by);
        while (!taken.isEmpty()) {
            ids.add(taken.getFirst().runId());
            taken = purges().claim(by);
        }
        return ids;
    }

    private String experiment() {
        return context()
                .getBean(ExperimentOperations.class)
                .create(new CreateExperiment(UUID.randomUUID().toString(), null, List.of()))
                .experimentId();
    }

    private String filledRun(String experiment) {
        String run = runs().create(new CreateRun(experiment, "", null, 1, List.of()))
                .info()
                .runId();
        runs().write(
                        run,
                        RunChanges.batch(
                                List.of(Metric.of("loss", 1, 1, 1), Metric.of("acc", 2, 2, 2)),
                                List.of(new Param("a", "1"), new Param("b", "2")),
                                List.of(new Tag("t", "v"))));
        return run;
    }

    private List<String> idsOf(String experiment) {
        return runs()
                .search(new RunQuery(List.of(experiment), null, ViewType.ALL, 100, List.of(), null))
                .runs()
                .stream()
                .map(run -> run.info().runId())
                .toList();
    }

    private static PurgeRequest now(String... runs) {
        return request(0L, true, runs);
    }

    private static PurgeRequest request(@Nullable Long age, boolean overrule, String... runs) {
        return new PurgeRequest(List.of(runs), age, overrule, false, "somebody");
    }

    private RunOperations runs() {
        return context().getBean(RunOperations.class);
    }

    private PurgeOperations purges() {
        return context().getBean(PurgeOperations.class);
    }

    private static void assertProblem(Class<? extends Problem> expected, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(expected));
    }
}
