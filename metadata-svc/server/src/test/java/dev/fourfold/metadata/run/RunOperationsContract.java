package dev.fourfold.metadata.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.CreateExperiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link RunOperations} promises, for every way to reach them. */
public abstract class RunOperationsContract {

    private String experiment = "";

    /** The operations under test. */
    protected abstract RunOperations runs();

    /** The experiments that their runs belong to. */
    protected abstract ExperimentOperations experiments();

    @BeforeEach
    void createExperiment() {
        experiment = experiments()
                .create(new CreateExperiment("e-" + UUID.randomUUID(), null, List.of()))
                .experimentId();
    }

    @Test
    void createdRun_isReadBackWhole() {
        var created = runs().create(new CreateRun(
                experiment, "ann", "first", 1_700_000_000_000L, List.of(new Tag("b", "ü"), new Tag("a", ""))));

        assertThat(created.info().runId()).matches("[0-9a-f]{32}");
        assertThat(created.info())
                .isEqualTo(new RunInfo(
                        created.info().runId(),
                        experiment,
                        "first",
                        "ann",
                        RunStatus.RUNNING,
                        1_700_000_000_000L,
                        null,
                        "mlflow-artifacts:/" + experiment + "/" + created.info().runId() + "/artifacts",
                        LifecycleStage.ACTIVE));
        assertThat(created.tags()).containsExactly(new Tag("a", ""), new Tag("b", "ü"), nameTag("first"));
        assertThat(created.metrics()).isEmpty();
        assertThat(created.params()).isEmpty();
        assertThat(runs().get(created.info().runId())).isEqualTo(created);
        assertThat(runs().place(created.info().runId()))
                .isEqualTo(new RunPlace(created.info().runId(), experiment, LifecycleStage.ACTIVE, null));
    }

    @Test
    void infosOfRuns_comeInTheOrderAskedAndOfDeletedOnesToo() {
        var some = List.of(newRun(), newRun(), newRun());
        runs().delete(some.get(1));
        var asked = List.of(some.get(2), some.get(1), some.getFirst(), some.get(1));
        assertThat(runs().infos(asked))
                .isEqualTo(asked.stream().map(id -> runs().get(id).info()).toList());
        assertThat(runs().infos(List.of())).isEmpty();
    }

    @Test
    void run_keepsTheRetentionClassThatItsExperimentHadAtItsCreation() {
        var before = newRun();
        experiments().setTag(experiment, new Tag(ExperimentOperations.RETENTION_CLASS_TAG, "short"));
        var of = newRun();
        experiments().setTag(experiment, new Tag(ExperimentOperations.RETENTION_CLASS_TAG, "default"));
        var after = newRun();
        assertThat(runs().place(before).retentionClass()).isNull();
        assertThat(runs().place(of).retentionClass()).isEqualTo("short");
        assertThat(runs().write(of, batch()).retentionClass()).isEqualTo("short");
        var tagged = RunChanges.batch(List.of(), List.of(), List.of(new Tag("a", "b")));
        assertThat(runs().write(of, tagged).retentionClass()).isEqualTo("short");
        assertThat(runs().place(after).retentionClass()).isNull();
        for (String odd : List.of("", "Short", "a b", "x@y", "1day", "a".repeat(33))) {
            assertThatThrownBy(() ->
                            experiments().setTag(experiment, new Tag(ExperimentOperations.RETENTION_CLASS_TAG, odd)))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class));
        }
    }

    @Test
    void runWithoutName_getsOneFromItsTagOrInvented() {
        var tagged = runs().create(new CreateRun(experiment, "", null, 0, List.of(nameTag("by tag"))));
        assertThat(tagged.info().runName()).isEqualTo("by tag");
        assertThat(tagged.tags()).containsExactly(nameTag("by tag"));

        var invented = runs().create(new CreateRun(experiment, "", "", 0, List.of()));
        assertThat(invented.info().runName())
                .matches("[a-z]+-[a-z]+-[0-9]{1,3}")
                .hasSizeLessThanOrEqualTo(20);
        assertThat(invented.tags()).containsExactly(nameTag(invented.info().runName()));
    }

    @Test
    void nameAndTag_mustAgree() {
        assertThat(runs().create(new CreateRun(experiment, "", "x", 5, List.of(nameTag("x"))))
                        .info()
                        .runName())
                .isEqualTo("x");
        assertProblem(
                () -> runs().create(new CreateRun(experiment, "", "x", 5, List.of(nameTag("y")))),
                new Problem.InvalidArgument(
                        "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values"
                                + " (run_name='x', mlflow.runName='y')."));
    }

    @Test
    void creation_needsAnActiveExperiment() {
        assertProblem(
                () -> runs().create(new CreateRun("99999999", "", null, 0, List.of())),
                new Problem.NotFound("No Experiment with id=99999999 exists"));
        assertProblem(
                () -> runs().create(new CreateRun("abc", "", null, 0, List.of())),
                new Problem.InvalidArgument("Invalid experiment ID 'abc'. Experiment ID must be a valid integer."));
        experiments().delete(experiment);
        assertProblem(
                () -> runs().create(new CreateRun(experiment, "", null, 0, List.of())),
                new Problem.InvalidArgument(
                        "The experiment " + experiment + " must be in the 'active' state. Current state is deleted."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000000000000000000000000000", "x/y z", "", "'; DROP TABLE runs; --", "é", "?a=b#c"})
    void absentRun_isNotFound(String id) {
        var notFound = new Problem.NotFound("Run with id=" + id + " not found");
        assertProblem(() -> runs().get(id), notFound);
        assertProblem(() -> runs().place(id), notFound);
        assertProblem(() -> runs().infos(List.of(newRun(), id)), notFound);
        assertProblem(() -> runs().update(id, new UpdateRun(RunStatus.FINISHED, null, null)), notFound);
        assertProblem(() -> runs().delete(id), notFound);
        assertProblem(() -> runs().restore(id), notFound);
        assertProblem(() -> runs().deleteTag(id, "k"), notFound);
        assertProblem(() -> runs().write(id, RunChanges.of(new Tag("k", "v"))), notFound);
    }

    @Test
    void oddRunIdInBatch_isInvalid() {
        assertProblem(
                () -> runs().write("x/y z", batch()),
                new Problem.InvalidArgument("Invalid value \"x/y z\" for parameter 'run_id' supplied."));
        assertProblem(
                () -> runs().write("0".repeat(32), batch()),
                new Problem.NotFound("Run with id=" + "0".repeat(32) + " not found"));
    }

    @Test
    void write_isReadBackByKey() {
        var run = newRun();
        var place = runs().write(
                        run,
                        RunChanges.batch(
                                List.of(Metric.of("loss", 0.5, 7, 3), Metric.of("acc", -0.0, 7, -3)),
                                List.of(new Param("lr", "0.1"), new Param("batch", "")),
                                List.of(new Tag("t", "1"), new Tag("s", "日本"))));

        assertThat(place).isEqualTo(new RunPlace(run, experiment, LifecycleStage.ACTIVE, null));
        var read = runs().get(run);
        assertThat(read.metrics()).containsExactly(Metric.of("acc", -0.0, 7, -3), Metric.of("loss", 0.5, 7, 3));
        assertThat(read.params()).containsExactly(new Param("batch", ""), new Param("lr", "0.1"));
        assertThat(read.tags()).contains(new Tag("s", "日本"), new Tag("t", "1"));
    }

    @Test
    void specialValues_areKeptToTheBit() {
        var run = newRun();
        double[] values = {
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MAX_VALUE,
            Double.MIN_VALUE,
            -0.0,
            0.1
        };
        var metrics = IntStream.range(0, values.length)
                .mapToObj(i -> Metric.of("m" + i, values[i], Long.MAX_VALUE - i, Long.MIN_VALUE + i))
                .toList();
        runs().write(run, RunChanges.batch(metrics, List.of(), List.of()));
        assertThat(runs().get(run).metrics()).isEqualTo(metrics);
    }

    @Test
    void latestValue_isTheGreatestByStepTimestampValue() {
        var run = newRun();
        runs().write(run, metrics(Metric.of("m", 9, 9, 1), Metric.of("m", 1, 5, 2), Metric.of("m", 2, 5, 2)));
        assertThat(runs().get(run).metrics()).containsExactly(Metric.of("m", 2, 5, 2));
        runs().write(run, metrics(Metric.of("m", 100, 100, 1)));
        assertThat(runs().get(run).metrics()).containsExactly(Metric.of("m", 2, 5, 2));
        runs().write(run, metrics(Metric.of("m", -1, 6, 2)));
        assertThat(runs().get(run).metrics()).containsExactly(Metric.of("m", -1, 6, 2));
        runs().write(run, metrics(Metric.of("m", Double.NaN, 6, 2))); // counts as 0
        assertThat(runs().get(run).metrics()).containsExactly(Metric.of("m", Double.NaN, 6, 2));
        runs().write(run, metrics(Metric.of("m", -0.5, 6, 2)));
        assertThat(runs().get(run).metrics()).containsExactly(Metric.of("m", Double.NaN, 6, 2));
        runs().write(run, metrics(Metric.of("m", 0.5, 6, 2)));
        assertThat(runs().get(run).metrics()).containsExactly(Metric.of("m", 0.5, 6, 2));
    }

    @Test
    void param_isWrittenOnceAndMayBeRepeated() {
        var run = newRun();
        runs().write(run, RunChanges.of(new Param("pp", "1")));
        runs().write(run, RunChanges.of(new Param("pp", "1")));
        assertProblem(
                () -> runs().write(run, RunChanges.of(new Param("pp", "2"))),
                new Problem.InvalidArgument(
                        "Changing param values is not allowed. Param with key='pp' was already logged with value='1' for"
                                + " run ID='" + run + "'. Attempted logging new value '2'."));
        assertThat(runs().get(run).params()).containsExactly(new Param("pp", "1"));
    }

    @Test
    void conflictingBatch_leavesNothing() {
        var run = newRun();
        runs().write(
                        run,
                        RunChanges.batch(List.of(), List.of(new Param("pp", "1"), new Param("lr", "it's")), List.of()));
        assertProblem(
                () -> runs().write(
                                run,
                                RunChanges.batch(
                                        List.of(Metric.of("after", 1, 1, 0)),
                                        List.of(new Param("new", "1"), new Param("pp", "9"), new Param("lr", "\n")),
                                        List.of(new Tag("after", "1")))),
                new Problem.InvalidArgument(
                        "Changing param values is not allowed. Params were already logged='[{'key': 'pp', 'old_value':"
                                + " '1', 'new_value': '9'}, {'key': 'lr', 'old_value': \"it's\", 'new_value': '\\n'}]'"
                                + " for run ID='" + run + "'."));
        var read = runs().get(run);
        assertThat(read.metrics()).isEmpty();
        assertThat(read.params()).extracting(Param::key).containsExactly("lr", "pp");
        assertThat(read.tags()).extracting(Tag::key).containsExactly("mlflow.runName");
    }

    @Test
    void longValues_areCut() {
        var run = newRun();
        var emoji = "😀".repeat(6001);
        runs().write(
                        run,
                        RunChanges.batch(
                                List.of(),
                                List.of(new Param("p", "v".repeat(6001)), new Param("q", emoji)),
                                List.of(new Tag("t", "v".repeat(8001)))));
        var read = runs().get(run);
        assertThat(read.params()).containsExactly(new Param("p", "v".repeat(6000)), new Param("q", "😀".repeat(6000)));
        assertThat(read.tags()).contains(new Tag("t", "v".repeat(8000)));
        // The cut value is the same again, so a retry is not a change.
        runs().write(run, RunChanges.of(new Param("p", "v".repeat(6001))));
    }

    @Test
    void repeatedTagInBatch_lastWins() {
        var run = newRun();
        runs().write(run, RunChanges.batch(List.of(), List.of(), List.of(new Tag("d", "1"), new Tag("d", "2"))));
        assertThat(runs().get(run).tags()).contains(new Tag("d", "2"));
    }

    @Test
    void nameTag_renames_butNotToNothing() {
        var run = newRun();
        runs().write(run, RunChanges.of(nameTag("by tag")));
        assertThat(runs().get(run).info().runName()).isEqualTo("by tag");
        runs().write(run, RunChanges.of(nameTag("")));
        assertThat(runs().get(run).info().runName()).isEqualTo("by tag");
        assertThat(runs().get(run).tags()).containsExactly(nameTag("by tag"));
    }

    @Test
    void update_changesOnlyWhatIsGiven() {
        var run = newRun();
        var finished = runs().update(run, new UpdateRun(RunStatus.FINISHED, 9_999L, "renamed"));
        assertThat(finished.status()).isEqualTo(RunStatus.FINISHED);
        assertThat(finished.endTimeMillis()).isEqualTo(9_999L);
        assertThat(finished.runName()).isEqualTo("renamed");
        assertThat(runs().get(run).tags()).containsExactly(nameTag("renamed"));

        assertThat(runs().update(run, new UpdateRun(null, null, ""))).isEqualTo(finished);
        assertThat(runs().update(run, new UpdateRun(null, null, null))).isEqualTo(finished);
        var running = runs().update(run, new UpdateRun(RunStatus.RUNNING, null, null));
        assertThat(running.status()).isEqualTo(RunStatus.RUNNING);
        assertThat(running.endTimeMillis()).isEqualTo(9_999L);
    }

    @Test
    void deletedRun_isReadButNotWritten_untilRestored() {
        var run = newRun();
        runs().delete(run);
        runs().delete(run);
        assertThat(runs().get(run).info().lifecycleStage()).isEqualTo(LifecycleStage.DELETED);
        assertThat(runs().place(run).lifecycleStage()).isEqualTo(LifecycleStage.DELETED);
        var notActive = new Problem.InvalidArgument(
                "The run " + run + " must be in the 'active' state. Current state is deleted.");
        assertProblem(() -> runs().write(run, metrics(Metric.of("m", 1, 1, 1))), notActive);
        assertProblem(() -> runs().write(run, RunChanges.of(new Param("p", "1"))), notActive);
        assertProblem(() -> runs().write(run, batch()), notActive);
        assertProblem(() -> runs().update(run, new UpdateRun(RunStatus.FINISHED, null, null)), notActive);
        assertProblem(() -> runs().deleteTag(run, "k"), notActive);
        runs().restore(run);
        runs().restore(run);
        runs().write(run, metrics(Metric.of("m", 1, 1, 1)));
        assertThat(runs().get(run).metrics()).hasSize(1);
    }

    @Test
    void deletedExperiment_takesItsRunsAlong_andRestoresAll() {
        var first = newRun();
        var second = newRun();
        runs().delete(second);
        experiments().delete(experiment);
        assertThat(runs().get(first).info().lifecycleStage()).isEqualTo(LifecycleStage.DELETED);
        runs().restore(first);
        runs().write(first, RunChanges.of(new Tag("a", "b")));
        experiments().restore(experiment);
        assertThat(runs().get(first).info().lifecycleStage()).isEqualTo(LifecycleStage.ACTIVE);
        assertThat(runs().get(second).info().lifecycleStage()).isEqualTo(LifecycleStage.ACTIVE);
    }

    @Test
    void deletedTag_isGone_andGoneTagIsNotFound() {
        var run = newRun();
        runs().write(run, RunChanges.of(new Tag("k", "v")));
        runs().deleteTag(run, "k");
        assertThat(runs().get(run).tags()).extracting(Tag::key).doesNotContain("k");
        assertProblem(
                () -> runs().deleteTag(run, "k"), new Problem.NotFound("No tag with name: k in run with id " + run));
    }

    @Test
    void sameWriteTwentyTimesAtOnce_leavesOne() throws Exception {
        var run = newRun();
        var changes = RunChanges.batch(
                List.of(Metric.of("m", 1, 1, 1)), List.of(new Param("p", "1")), List.of(new Tag("t", "1")));
        inParallel(Collections.nCopies(20, () -> runs().write(run, changes)));
        var read = runs().get(run);
        assertThat(read.metrics()).containsExactly(Metric.of("m", 1, 1, 1));
        assertThat(read.params()).containsExactly(new Param("p", "1"));
        assertThat(read.tags()).contains(new Tag("t", "1"));
    }

    @Test
    void refusedWrite_doesNotTouchThoseBesideIt() throws Exception {
        var run = newRun();
        var deleted = newRun();
        runs().delete(deleted);
        runs().write(run, RunChanges.of(new Param("p", "1")));
        var calls = new ArrayList<Callable<Boolean>>();
        for (int i = 0; i < 60; i++) {
            var metric = Metric.of("m" + i, i, i, i);
            switch (i % 4) {
                case 0 -> calls.add(() -> refused(() -> runs().write(run, RunChanges.of(new Param("p", "2")))));
                case 1 -> calls.add(() -> refused(() -> runs().write(deleted, RunChanges.of(metric))));
                case 2 -> calls.add(() -> refused(() -> runs().write("0".repeat(32), RunChanges.of(metric))));
                default -> calls.add(() -> !refused(() -> runs().write(run, RunChanges.of(metric))));
            }
        }
        assertThat(inParallel(calls)).doesNotContain(false);
        assertThat(runs().get(run).metrics()).hasSize(15);
        assertThat(runs().get(run).params()).containsExactly(new Param("p", "1"));
        assertThat(runs().get(deleted).metrics()).isEmpty();
    }

    @Test
    void conflictingParams_atOnce_oneValueWins() throws Exception {
        var run = newRun();
        var won = inParallel(IntStream.range(0, 20)
                .<Callable<Boolean>>mapToObj(i ->
                        () -> !refused(() -> runs().write(run, RunChanges.of(new Param("p", "v" + i)))))
                .toList());
        assertThat(won.stream().filter(Boolean::booleanValue)).hasSize(1);
        assertThat(runs().get(run).params()).containsExactly(new Param("p", "v" + won.indexOf(true)));
    }

    @Test
    void search_findsByEverything_andPagesWhileRunsAreAdded() {
        for (int i = 0; i < 7; i++) {
            var run = runs().create(new CreateRun(experiment, "", "r" + i, i, List.of()))
                    .info()
                    .runId();
            runs().write(
                            run,
                            RunChanges.batch(
                                    List.of(Metric.of("m", i, 1, 1)),
                                    List.of(new Param("even", String.valueOf(i % 2 == 0))),
                                    List.of(new Tag("t", "x"))));
        }
        var query = new RunQuery(
                List.of(experiment),
                "metrics.m > 0 AND params.even = 'true' AND tags.t = 'x'",
                ViewType.ACTIVE_ONLY,
                2,
                List.of("metrics.m DESC"),
                null);
        var first = runs().search(query);
        assertThat(first.runs()).extracting(run -> run.info().runName()).containsExactly("r6", "r4");
        assertThat(first.runs())
                .allSatisfy(
                        run -> assertThat(run).isEqualTo(runs().get(run.info().runId())));
        var late = newRun("late");
        runs().write(
                        late,
                        RunChanges.batch(
                                List.of(Metric.of("m", 100, 1, 1)),
                                List.of(new Param("even", "true")),
                                List.of(new Tag("t", "x"))));
        var second = runs().search(new RunQuery(
                query.experimentIds(),
                query.filter(),
                query.viewType(),
                query.maxResults(),
                query.orderBy(),
                first.nextPageToken()));
        assertThat(second.runs()).extracting(run -> run.info().runName()).containsExactly("r2");
        assertThat(second.nextPageToken()).isNull();
    }

    @Test
    void search_inNothing_findsNothing() {
        assertThat(runs().search(new RunQuery(List.of(), null, ViewType.ALL, 10, List.of(), null)))
                .isEqualTo(new RunPage(List.of(), null));
        assertProblem(
                () -> runs().search(new RunQuery(List.of("abc"), null, ViewType.ALL, 10, List.of(), null)),
                new Problem.InvalidArgument("Invalid experiment ID 'abc'. Experiment ID must be a valid integer."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'; DROP TABLE metadata.runs; --",
                "params.p = ''; DROP TABLE metadata.runs; --'",
                "metrics.m > 1); DELETE FROM metadata.runs",
                "tags.`a' OR '1'='1` = 'x'",
                "attributes.status = 'x' UNION SELECT 1"
            })
    void searchThatHidesSql_isRefusedOrFindsNothing(String filter) {
        var run = newRun();
        var query = new RunQuery(List.of(experiment), filter, ViewType.ALL, 10, List.of(), null);
        try {
            assertThat(runs().search(query).runs()).isEmpty();
        } catch (ProblemException e) {
            assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class);
        }
        assertThat(runs().get(run).info().runId()).isEqualTo(run);
    }

    private static boolean refused(Callable<RunPlace> call) throws Exception {
        try {
            call.call();
            return false;
        } catch (ProblemException e) {
            return true;
        }
    }

    @Test
    void inputsAndOutputs_areKeptAsFirstLogged() {
        var run = newRun();
        var dataset = new Dataset("d", "1", "local", "{}", "schema", null);
        var first = new DatasetInput(List.of(new Tag("a", "b"), new Tag("mlflow.data.context", "train")), dataset);
        var other = new DatasetInput(List.of(), new Dataset("a", "1", "local", "{}", null, "profile"));
        for (int i = 0; i < 2; i++) {
            runs().logInputs(run, new RunInputs(List.of(first, other), List.of("m-2", "m-1", "m-2")));
            runs().logOutputs(run, List.of(new ModelOutput("m-4", 7), new ModelOutput("m-3", -1)));
        }
        var changed = new DatasetInput(
                List.of(new Tag("mlflow.data.context", "eval")), new Dataset("d", "1", "s3", "x", null, null));
        runs().logInputs(run, new RunInputs(List.of(changed, changed), List.of()));
        runs().logOutputs(run, List.of(new ModelOutput("m-4", 8)));

        assertThat(runs().get(run).inputs()).isEqualTo(new RunInputs(List.of(first, other), List.of("m-1", "m-2")));
        assertThat(runs().get(run).outputs()).containsExactly(new ModelOutput("m-3", -1), new ModelOutput("m-4", 7));

        var found = runs().search(new RunQuery(
                        List.of(experiment), "datasets.name = 'd'", ViewType.ACTIVE_ONLY, 10, List.of(), null))
                .runs()
                .getFirst();
        assertThat(found.inputs()).isEqualTo(new RunInputs(List.of(first, other), List.of()));
        assertThat(found.outputs()).isEqualTo(runs().get(run).outputs());

        var second = newRun();
        runs().logInputs(second, new RunInputs(List.of(changed), List.of()));
        assertThat(runs().get(second).inputs().datasets()).containsExactly(new DatasetInput(changed.tags(), dataset));
        assertThat(runs().datasets(List.of(experiment)))
                .containsExactly(
                        new DatasetSummary(experiment, "a", "1", null),
                        new DatasetSummary(experiment, "d", "1", "eval"),
                        new DatasetSummary(experiment, "d", "1", "train"));
    }

    @Test
    void datasetOfTheGreatestSize_isKept() {
        var run = newRun();
        var dataset = new Dataset("d", "1", "local", "{}", "s".repeat(1_048_575), "p".repeat(16_777_215));
        runs().logInputs(run, new RunInputs(List.of(new DatasetInput(List.of(), dataset)), List.of()));
        assertThat(runs().get(run).inputs().datasets().getFirst().dataset().equals(dataset))
                .isTrue();
        var larger = new Dataset("e", "1", "local", "{}", null, "p".repeat(16_777_216));
        assertProblem(
                () -> runs().logInputs(run, new RunInputs(List.of(new DatasetInput(List.of(), larger)), List.of())),
                new Problem.InvalidArgument("'profile' exceeds the maximum length of 16777215 characters"));
    }

    @Test
    void inputs_outOfBounds_changeNothing() {
        var run = newRun();
        var good = new DatasetInput(List.of(), new Dataset("d", "1", "local", "{}", null, null));
        for (var bad : List.of(
                new Dataset("n".repeat(501), "1", "local", "{}", null, null),
                new Dataset("n", "1".repeat(37), "local", "{}", null, null),
                new Dataset("n", "1", "local", "s".repeat(65_536), null, null),
                new Dataset("n", "1", "local", "s", "s".repeat(1_048_576), null))) {
            assertThatThrownBy(() -> runs().logInputs(
                                    run,
                                    new RunInputs(List.of(good, new DatasetInput(List.of(), bad)), List.of("m-1"))))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("exceeds the maximum length of");
        }
        var twice = new DatasetInput(List.of(new Tag("k", "1"), new Tag("k", "2")), good.dataset());
        assertProblem(
                () -> runs().logInputs(run, new RunInputs(List.of(twice), List.of())),
                new Problem.InvalidArgument("Duplicate tag keys have been submitted: ['k']."));
        assertThat(runs().get(run).inputs()).isEqualTo(RunInputs.NONE);
    }

    @Test
    void inputsAndOutputs_needAnActiveRun() {
        var gone = newRun();
        runs().delete(gone);
        var deleted = new Problem.InvalidArgument(
                "The run " + gone + " must be in the 'active' state. Current state is deleted.");
        assertProblem(() -> runs().logInputs(gone, RunInputs.NONE), deleted);
        assertProblem(() -> runs().logOutputs(gone, List.of()), deleted);
        assertProblem(() -> runs().logModel(gone, "{}"), deleted);
        var absent = new Problem.NotFound("Run with id=0 not found");
        assertProblem(() -> runs().logInputs("0", RunInputs.NONE), absent);
        assertProblem(() -> runs().logOutputs("0", List.of()), absent);
        assertProblem(() -> runs().logModel("0", "{}"), absent);
        assertProblem(
                () -> runs().logInputs("x/y", RunInputs.NONE),
                new Problem.InvalidArgument("Invalid value \"x/y\" for parameter 'run_id' supplied."));
        assertProblem(() -> runs().logOutputs("x/y", List.of()), new Problem.NotFound("Run with id=x/y not found"));
    }

    @Test
    void historyOfModels_growsOncePerModel() {
        var run = newRun();
        runs().logModel(run, "{\"a\": 1}");
        runs().logModel(run, "{\"a\": 1}");
        runs().logModel(run, "{\"a\": 2}");
        assertThat(runs().get(run).tags()).contains(new Tag("mlflow.log-model.history", "[{\"a\": 1}, {\"a\": 2}]"));
        runs().write(run, RunChanges.of(new Tag("mlflow.log-model.history", "odd")));
        assertProblem(
                () -> runs().logModel(run, "{}"),
                new Problem.InvalidArgument(
                        "The tag mlflow.log-model.history of run " + run + " does not hold a JSON list."));
    }

    @Test
    void sameDatasets_loggedByManyRunsAtOnce_areAllKept() throws Exception {
        var inputs = new ArrayList<DatasetInput>();
        for (int i = 0; i < 20; i++) {
            inputs.add(new DatasetInput(List.of(), new Dataset("d" + i, "1", "local", "{}", null, null)));
        }
        var calls = new ArrayList<Callable<Integer>>();
        for (int i = 0; i < 8; i++) {
            var shuffled = new ArrayList<>(inputs);
            Collections.rotate(shuffled, i * 3);
            calls.add(() -> {
                var run = newRun();
                runs().logInputs(run, new RunInputs(shuffled, List.of()));
                return runs().get(run).inputs().datasets().size();
            });
        }
        assertThat(inParallel(calls)).containsOnly(20);
    }

    /** The results in the order of the calls. */
    protected static <T> List<T> inParallel(List<? extends Callable<T>> calls) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<T>();
            for (var future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }

    private static void assertProblem(ThrowingCallable call, Problem expected) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(expected));
    }

    private String newRun() {
        return newRun(null);
    }

    private String newRun(@Nullable String name) {
        return runs().create(new CreateRun(experiment, "", name, 0, List.of()))
                .info()
                .runId();
    }

    private static Tag nameTag(String name) {
        return new Tag("mlflow.runName", name);
    }

    private static RunChanges batch() {
        return RunChanges.batch(List.of(), List.of(), List.of());
    }

    private static RunChanges metrics(Metric... metrics) {
        return RunChanges.batch(List.of(metrics), List.of(), List.of());
    }
}
