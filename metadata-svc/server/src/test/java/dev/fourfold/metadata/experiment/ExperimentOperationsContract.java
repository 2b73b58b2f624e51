package dev.fourfold.metadata.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.ViewType;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link ExperimentOperations} promises, for every way to reach them. */
public abstract class ExperimentOperationsContract {

    /** The operations under test. */
    protected abstract ExperimentOperations experiments();

    @Test
    void defaultExperiment_isThereFromTheStart() {
        var found = experiments().get("0");
        assertThat(found.name()).isEqualTo("Default");
        assertThat(found.artifactLocation()).isEqualTo("mlflow-artifacts:/0");
        assertThat(found.lifecycleStage()).isEqualTo(LifecycleStage.ACTIVE);
        assertThat(found.tags()).isEmpty();
        assertThat(experiments().getByName("Default")).isEqualTo(found);
    }

    @Test
    void createdExperiment_isReadBackWhole() {
        var name = name();
        var created =
                experiments().create(new CreateExperiment(name, null, List.of(new Tag("b", "ü"), new Tag("a", ""))));

        assertThat(created.experimentId()).matches("[1-9][0-9]*");
        assertThat(created.name()).isEqualTo(name);
        assertThat(created.artifactLocation()).isEqualTo("mlflow-artifacts:/" + created.experimentId());
        assertThat(created.tags()).containsExactly(new Tag("a", ""), new Tag("b", "ü"));
        assertThat(created.lastUpdateTimeMillis()).isEqualTo(created.creationTimeMillis());
        assertThat(experiments().get(created.experimentId())).isEqualTo(created);
        assertThat(experiments().get(" " + created.experimentId())).isEqualTo(created);
        assertThat(experiments().getByName(name)).isEqualTo(created);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/x", "gs://b/p?x=1", "mlflow-artifacts:/some/where", "dbfs:/x", "s3://b/a..b"})
    void givenLocation_isKept(String location) {
        var created = experiments().create(new CreateExperiment(name(), location, List.of()));
        assertThat(created.artifactLocation()).isEqualTo(location);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://h/x?/../..",
                "http://h/x#frag",
                "s3://b/x#/../..",
                "file:///etc",
                "FILE:///etc",
                "file:etc",
                "%66ile:///etc",
                "/etc",
                "etc/passwd",
                "C:\\windows",
                "mlflow-artifacts:/../..",
                "mlflow-artifacts:/%2e%2e/x",
                "mlflow-artifacts:/%252e%252e/x",
                "mlflow-artifacts:/%25252e%25252e%25252fx",
                "mlflow-artifacts:/a\\..\\b",
                "mlflow-artifacts:/..;/x",
                "mlflow-artifacts:..",
                "mlflow-artifacts://169.254.169.254/x",
                "s3:/b/../..",
                "s3://b/x\u0000",
                "s3://b/x%00",
                "s3://b/x\r\ny",
                "http://169.254.169.254/latest",
                "ftp://h/x",
                "runs:/abc/model"
            })
    void locationThatClimbsOrLeadsElsewhere_isRefused(String location) {
        var name = name();
        assertThatThrownBy(() -> experiments().create(new CreateExperiment(name, location, List.of())))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class));
        assertThatThrownBy(() -> experiments().getByName(name)).isInstanceOf(ProblemException.class);
    }

    @Test
    void takenName_isRefused_evenByADeletedOne() {
        var name = name();
        var id = create(name);
        var taken = new Problem.AlreadyExists("Experiment(name=" + name + ") already exists.");
        assertProblem(() -> create(name), taken);
        experiments().delete(id);
        assertProblem(() -> create(name), taken);
    }

    @Test
    void sameNameTwentyTimesAtOnce_makesOne() throws Exception {
        var name = name();
        var calls = IntStream.range(0, 20)
                .<Callable<Boolean>>mapToObj(i -> () -> {
                    try {
                        create(name);
                        return true;
                    } catch (ProblemException e) {
                        assertThat(e.problem()).isInstanceOf(Problem.AlreadyExists.class);
                        return false;
                    }
                })
                .toList();
        var made = new ArrayList<Boolean>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var future : threads.invokeAll(calls)) {
                made.add(future.get());
            }
        }
        assertThat(made.stream().filter(Boolean::booleanValue)).hasSize(1);
    }

    @Test
    void names_ofOddCharactersAndAnyAllowedLength_areKept() {
        for (var name :
                List.of("  " + name(), "n".repeat(464) + name(), "日本/" + name() + "?#&%'\";--", "\t" + name())) {
            assertThat(experiments().get(create(name)).name()).isEqualTo(name);
            assertThat(experiments().getByName(name).name()).isEqualTo(name);
        }
    }

    @Test
    void badNames_areRefused() {
        assertProblem(
                () -> create("n".repeat(501)),
                new Problem.InvalidArgument("'name' exceeds the maximum length of 500 characters"));
        assertProblem(
                () -> create(""),
                new Problem.InvalidArgument("Missing value for required parameter 'name'. See the API docs for more"
                        + " information about request parameters."));
        assertThatThrownBy(() -> create("a\u0000b"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class));
    }

    @Test
    void repeatedTagKey_makesNothing() {
        var name = name();
        assertProblem(
                () -> experiments()
                        .create(new CreateExperiment(name, null, List.of(new Tag("a", "1"), new Tag("a", "2")))),
                new Problem.AlreadyExists("Experiment(name=" + name + ") already exists."));
        assertProblem(
                () -> experiments().getByName(name),
                new Problem.NotFound("Could not find experiment with name '" + name + "'"));
    }

    @ParameterizedTest
    @CsvSource({"99999999", "-1", "99999999999999999999", "9223372036854775808"})
    void absentExperiment_isNotFound(String id) {
        var notFound = new Problem.NotFound("No Experiment with id=" + id + " exists");
        assertProblem(() -> experiments().get(id), notFound);
        assertProblem(() -> experiments().delete(id), notFound);
        assertProblem(() -> experiments().restore(id), notFound);
        assertProblem(() -> experiments().rename(id, "x"), notFound);
        assertProblem(() -> experiments().setTag(id, new Tag("k", "v")), notFound);
        assertProblem(() -> experiments().deleteTag(id, "k"), notFound);
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", "", "1.0", "0x1", "1; DROP TABLE experiments", "١٢"})
    void idThatIsNoNumber_isInvalid(String id) {
        assertProblem(
                () -> experiments().get(id),
                new Problem.InvalidArgument(
                        "Invalid experiment ID '" + id + "'. Experiment ID must be a valid integer."));
    }

    @Test
    void rename_changesNameAndTime_andKnowsTakenNames() {
        var first = name();
        var second = name();
        var id = create(first);
        create(second);
        var renamed = first + "-renamed";
        experiments().rename(id, renamed);
        experiments().rename(id, renamed);
        assertThat(experiments().get(id).name()).isEqualTo(renamed);
        assertThat(experiments().get(id).lastUpdateTimeMillis())
                .isGreaterThanOrEqualTo(experiments().get(id).creationTimeMillis());
        assertProblem(
                () -> experiments().rename(id, second),
                new Problem.AlreadyExists("Experiment(name=" + second + ") already exists."));
        create(first);
    }

    @Test
    void deletedExperiment_isRead_butTakesNoChange_untilRestored() {
        var name = name();
        var id = create(name);
        experiments().delete(id);
        assertThat(experiments().get(id).lifecycleStage()).isEqualTo(LifecycleStage.DELETED);
        assertThat(experiments().getByName(name).lifecycleStage()).isEqualTo(LifecycleStage.DELETED);
        var gone = new Problem.NotFound("No Experiment with id=" + id + " exists");
        assertProblem(() -> experiments().delete(id), gone);
        assertProblem(
                () -> experiments().rename(id, "zzz"),
                new Problem.InvalidState("Cannot rename a non-active experiment."));
        assertProblem(
                () -> experiments().setTag(id, new Tag("k", "v")),
                new Problem.InvalidArgument(
                        "The experiment " + id + " must be in the 'active' state. Current state is deleted."));
        experiments().restore(id);
        assertThat(experiments().get(id).lifecycleStage()).isEqualTo(LifecycleStage.ACTIVE);
        assertProblem(() -> experiments().restore(id), gone);
    }

    @Test
    void tags_areSetReplacedAndRemoved() {
        var id = create(name());
        experiments().setTag(id, new Tag("é :/k", "v"));
        experiments().setTag(id, new Tag("é :/k", ""));
        assertThat(experiments().get(id).tags()).containsExactly(new Tag("é :/k", ""));
        experiments().deleteTag(id, "é :/k");
        assertThat(experiments().get(id).tags()).isEmpty();
        assertProblem(
                () -> experiments().deleteTag(id, "é :/k"),
                new Problem.NotFound("No tag with name: é :/k in experiment with id " + id));
    }

    @Test
    void badTags_areRefused() {
        var id = create(name());
        assertProblem(
                () -> experiments().setTag(id, new Tag("k".repeat(251), "v")),
                new Problem.InvalidArgument("'key' exceeds the maximum length of 250 characters"));
        assertProblem(
                () -> experiments().setTag(id, new Tag("k", "v".repeat(20_001))),
                new Problem.InvalidArgument("'value' exceeds the maximum length of 20000 characters"));
        assertProblem(
                () -> experiments().setTag(id, new Tag("a\tb", "v")),
                new Problem.InvalidArgument(
                        "Invalid value \"a\\tb\" for parameter 'key' supplied: Names may only contain"
                                + " alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes"
                                + " (/)."));
        assertThat(experiments().get(id).tags()).isEmpty();
    }

    @Test
    void search_pagesThroughAll_newestFirst() {
        var prefix = name();
        var ids = IntStream.range(0, 5).mapToObj(i -> create(prefix + i)).toList();
        var found = new ArrayList<String>();
        String token = null;
        do {
            var page = experiments()
                    .search(new ExperimentQuery(
                            "name LIKE '" + prefix + "%'", List.of(), ViewType.ACTIVE_ONLY, 2, token));
            assertThat(page.experiments()).hasSizeLessThanOrEqualTo(2);
            page.experiments().forEach(experiment -> found.add(experiment.experimentId()));
            token = page.nextPageToken();
        } while (token != null);
        assertThat(found).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void search_withoutMatch_isAnEmptyPage() {
        var page =
                experiments().search(new ExperimentQuery("name = '" + name() + "'", List.of(), ViewType.ALL, 5, null));
        assertThat(page).isEqualTo(new ExperimentPage(List.of(), null));
    }

    @Test
    void search_thatCannotBeParsed_isInvalid() {
        assertProblem(
                () -> experiments().search(new ExperimentQuery("name = x", List.of(), ViewType.ALL, 5, null)),
                new Problem.InvalidArgument("Parameter value is either not quoted or unidentified quote types used for"
                        + " string value x. Use either single or double quotes."));
    }

    private String create(String name) {
        return experiments().create(new CreateExperiment(name, null, List.of())).experimentId();
    }

    private static String name() {
        return "e-" + UUID.randomUUID().toString().substring(2);
    }

    private static void assertProblem(ThrowingCallable call, Problem expected) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(expected));
    }
}
