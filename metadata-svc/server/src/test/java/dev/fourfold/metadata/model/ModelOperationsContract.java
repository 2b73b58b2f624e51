package dev.fourfold.metadata.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.experiment.CreateExperiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.run.CreateRun;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.Param;
import dev.fourfold.metadata.run.RunChanges;
import dev.fourfold.metadata.run.RunOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link ModelOperations} promises, for every way to reach them. */
public abstract class ModelOperationsContract {

    private String experiment = "";
    private String run = "";

    /** The operations under test. */
    protected abstract ModelOperations models();

    /** The runs that log metrics of models. */
    protected abstract RunOperations runs();

    /** The experiments that the models belong to. */
    protected abstract ExperimentOperations experiments();

    @BeforeEach
    void createRun() {
        experiment = experiments()
                .create(new CreateExperiment("m-" + UUID.randomUUID(), null, List.of()))
                .experimentId();
        run = runs().create(new CreateRun(experiment, "", "r", 0, List.of()))
                .info()
                .runId();
    }

    @Test
    void createdModel_isReadBackWhole() {
        var created = models().create(new CreateModel(
                experiment,
                "forest",
                "classifier",
                run,
                List.of(new Param("b", "1"), new Param("a", "")),
                List.of(new Tag("z", "ü"), new Tag("y", "2"))));

        assertThat(created.modelId()).matches("m-[0-9a-f]{32}");
        assertThat(created.creationTimeMillis()).isPositive();
        assertThat(created)
                .isEqualTo(new LoggedModel(
                        created.modelId(),
                        experiment,
                        "forest",
                        created.creationTimeMillis(),
                        created.creationTimeMillis(),
                        "mlflow-artifacts:/" + experiment + "/models/" + created.modelId() + "/artifacts",
                        ModelStatus.PENDING,
                        "classifier",
                        run,
                        List.of(new Tag("y", "2"), new Tag("z", "ü")),
                        List.of(new Param("a", ""), new Param("b", "1")),
                        List.of()));
        assertThat(get(created.modelId())).isEqualTo(created);
    }

    @Test
    void modelWithoutName_getsARandomOne() {
        assertThat(model(null).name()).matches("[a-z]+-[a-z]+-[0-9]{1,3}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "a:b", "a.b", "a%b", "a\"b", "a'b", ""})
    void name_withOddCharacters_isRefused(String name) {
        assertThatThrownBy(() -> model(name))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("Invalid model name (")
                .hasMessageEndingWith("and cannot contain the following characters: ('/', ':', '.', '%', '\"', \"'\")");
    }

    @Test
    void creation_needsAnActiveExperiment() {
        experiments().delete(experiment);
        assertProblem(
                () -> model("x"),
                new Problem.InvalidArgument(
                        "The experiment " + experiment + " must be in the 'active' state. Current state is deleted."));
        experiment = "99999999";
        assertProblem(() -> model("x"), new Problem.NotFound("No Experiment with id=99999999 exists"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"m-0", "x/y z", "'; DROP TABLE runs; --", "é", "?a=b#c"})
    void absentModel_isNotFound(String id) {
        var notFound = new Problem.NotFound("Logged model with ID '" + id + "' not found.");
        assertProblem(() -> models().get(id, true), notFound);
        assertProblem(() -> models().finish(id, ModelStatus.READY), notFound);
        assertProblem(() -> models().delete(id), notFound);
        assertProblem(() -> models().setTags(id, List.of(new Tag("k", "v"))), notFound);
        assertProblem(() -> models().deleteTag(id, "k"), notFound);
        assertProblem(() -> models().addParams(id, List.of(new Param("k", "v"))), notFound);
    }

    @Test
    void finishedModel_saysSo() {
        var model = model("x");
        var ready = models().finish(model.modelId(), ModelStatus.READY);
        assertThat(ready.status()).isEqualTo(ModelStatus.READY);
        assertThat(ready.lastUpdatedTimeMillis()).isGreaterThanOrEqualTo(model.lastUpdatedTimeMillis());
        assertThat(get(model.modelId())).isEqualTo(ready);
    }

    @Test
    void deletedModel_isFoundOnlyWhereAllowed_andTakesChanges() {
        var id = model("x").modelId();
        models().delete(id);
        models().delete(id);
        assertProblem(
                () -> models().get(id, false), new Problem.NotFound("Logged model with ID '" + id + "' not found."));
        models().setTags(id, List.of(new Tag("after", "1")));
        assertThat(models().get(id, true).tags()).containsExactly(new Tag("after", "1"));
        assertThat(search("", List.of())).isEmpty();
    }

    @Test
    void tags_areSetReplacedAndRemoved() {
        var id = model("x").modelId();
        models().setTags(id, List.of(new Tag("k", "1"), new Tag("k", "2"), new Tag("a/../b", "")));
        models().setTags(id, List.of(new Tag("k", "3")));
        models().setTags(id, List.of());
        assertThat(get(id).tags()).containsExactly(new Tag("a/../b", ""), new Tag("k", "3"));
        models().deleteTag(id, "a/../b");
        assertThat(get(id).tags()).containsExactly(new Tag("k", "3"));
        assertProblem(
                () -> models().deleteTag(id, "a/../b"),
                new Problem.NotFound("No tag with key 'a/../b' found for model with ID '" + id + "'."));
    }

    @Test
    void params_areAddedOnce_andNeverChange() {
        var id = model("x").modelId();
        models().addParams(id, List.of(new Param("a", "1")));
        models().addParams(id, List.of(new Param("a", "1"), new Param("b", "v".repeat(7000))));
        var params = List.of(new Param("a", "1"), new Param("b", "v".repeat(7000)));
        assertThat(get(id).params()).isEqualTo(params);
        assertProblem(
                () -> models().addParams(id, List.of(new Param("c", "3"), new Param("a", "2"))),
                new Problem.InvalidArgument(
                        "Changing param values is not allowed. Param with key='a' was already logged with value='1'"
                                + " for model ID='" + id + "'. Attempted logging new value '2'."));
        assertProblem(
                () -> models().addParams(id, List.of(new Param("d", "3"), new Param("d", "3"))),
                new Problem.InvalidArgument("Duplicate parameter keys have been submitted: ['d']. Please ensure the"
                        + " request contains only one parameter value per parameter key."));
        assertThat(get(id).params()).isEqualTo(params);
    }

    @Test
    void metrics_ofTheModel_keepEveryDistinctPoint() {
        var id = model("x").modelId();
        var points = List.of(
                Metric.of("acc", 0.5, 2, 1).ofModel(id, null, null),
                Metric.of("acc", 0.25, 1, 0).ofModel(id, "train", "d1"),
                Metric.of("acc", 0.75, 1, 0).ofModel(id, "train", "d1"),
                Metric.of("acc", 0.75, 1, 0).ofModel(id, "test", "d1"),
                Metric.of("nan", Double.NaN, 1, -1).ofModel(id, null, null),
                Metric.of("inf", Double.NEGATIVE_INFINITY, 1, 0).ofModel(id, null, null));
        var mixed = new ArrayList<>(points);
        mixed.add(Metric.of("loss", 1, 1, 1));
        for (int i = 0; i < 2; i++) {
            runs().write(run, RunChanges.batch(mixed, List.of(), List.of()));
            runs().write(run, RunChanges.of(points.getFirst()));
        }
        assertThat(get(id).metrics())
                .containsExactlyElementsOf(points.stream()
                        .map(metric -> new ModelMetric(run, metric))
                        .toList());
        assertThat(runs().get(run).metrics())
                .containsExactly(
                        Metric.of("acc", 0.5, 2, 1),
                        Metric.of("inf", Double.NEGATIVE_INFINITY, 1, 0),
                        Metric.of("loss", 1, 1, 1),
                        Metric.of("nan", Double.NaN, 1, -1));
    }

    @Test
    void metric_ofAnUnknownModel_changesNothing() {
        var metrics = List.of(Metric.of("a", 1, 1, 1), Metric.of("b", 1, 1, 1).ofModel("m-nope", null, null));
        assertProblem(
                () -> runs().write(
                                run,
                                RunChanges.batch(metrics, List.of(new Param("p", "1")), List.of(new Tag("t", "1")))),
                new Problem.InvalidArgument("Logged model with ID 'm-nope' not found."));
        assertThat(runs().get(run).metrics()).isEmpty();
        assertThat(runs().get(run).params()).isEmpty();
        assertProblem(
                () -> runs().write(run, RunChanges.of(Metric.of("a", 1, 1, 1).ofModel(null, "d", null))),
                new Problem.InvalidArgument(
                        "Both dataset_name and dataset_digest must be provided if one is provided"));
    }

    @Test
    void search_pagesThroughAll_whileModelsAreAdded() {
        for (int i = 0; i < 5; i++) {
            model("n" + i);
        }
        var order = List.of(new ModelOrder("name", true, null, null));
        var found = new ArrayList<String>();
        String token = null;
        do {
            var page = models().search(new ModelQuery(List.of(experiment), null, List.of(), 2, order, token));
            page.models().forEach(model -> found.add(model.name()));
            token = page.nextPageToken();
            model("a" + found.size());
        } while (token != null);
        assertThat(found).containsExactly("n0", "n1", "n2", "n3", "n4");
    }

    @Test
    void pageToken_belongsToItsQuery() {
        model("a");
        model("b");
        var ids = List.of(experiment);
        var token = models().search(new ModelQuery(ids, null, List.of(), 1, List.of(), null))
                .nextPageToken();
        assertRefused(
                new ModelQuery(List.of(experiment, "0"), null, List.of(), 1, List.of(), token),
                "Experiment IDs in the page token do not match the requested experiment IDs. Expected: ['" + experiment
                        + "', '0']. Found: ['" + experiment + "']");
        assertRefused(
                new ModelQuery(ids, "name = 'a'", List.of(), 1, List.of(), token),
                "Filter string in the page token does not match the requested filter string. Expected: name = 'a'."
                        + " Found: None");
        assertRefused(
                new ModelQuery(ids, null, List.of(), 1, List.of(new ModelOrder("name", false, "d", null)), token),
                "Order by in the page token does not match the requested order by. Expected: [{'field_name': 'name',"
                        + " 'ascending': False, 'dataset_name': 'd', 'dataset_digest': None}]. Found: None");
        for (var odd : List.of("bogus", "e30=", "AAAA", "AP____8", "é")) {
            assertRefused(new ModelQuery(ids, null, List.of(), 1, List.of(), odd), "Invalid page token: " + odd);
        }
    }

    /** Three models, "first" the oldest; each line is a filter and what MLflow 3.17.2 finds, newest first. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "name = 'first' | first",
                "name = first | first",
                "name = \"first\" | ",
                "`name` = 'first' | first",
                "attributes.`name` != 'first' | third second",
                "name like 's%' AND name ILIKE 'SE%' | second",
                "name IN ('first', 'second') | second first",
                "name NOT IN ('first',) | third second",
                "name IN () | ",
                "model_type = '' | third second",
                "model_type = 'Agent' | first",
                "status = 2 | first",
                "status = '2' | first",
                "status = 'READY' | ",
                "status != 2 | third second",
                "creation_timestamp > 0 | third second first",
                "creation_time >= 1.5 and last_updated_timestamp != 5 | third second first",
                "creation_timestamp_ms < 9223372036854775808 | third second first",
                "lifecycle_stage = 'active' | third second first",
                "params.p = '1' | second",
                "params.p = 1 | second",
                "params.`p` != '1' | third first",
                "params.p IN ('0', '1') | second first",
                "params.p NOT IN ('0') | third second",
                "params.p LIKE '%' | third second first",
                "tags.t ILIKE 't0' | first",
                "tags.x.y = '1' | ",
                "metrics.acc > 0.6 | first",
                "metrics.acc = 0.5 | second first",
                "metrics.acc != 0.5 | second first",
                "metrics.acc > 0.1 AND metrics.acc < 0.6 | second first",
                "metrics.nan = 0 | first",
                "metrics.nan != 0 | ",
                "metrics.inf > 1e308 | first",
                "metrics.acc > -1 | second first",
                "metrics.acc != nan | ",
                "metrics.acc < inf | second first",
                "name = 'first' params.p = '0' | first",
                "AND name = 'first' AND | first"
            })
    void filter_findsWhatMlflowFinds(String filter, @Nullable String found) {
        seed();
        assertThat(String.join(" ", search(filter, List.of()))).isEqualTo(found == null ? "" : found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "attribute.name = 'x' | Invalid entity type: 'attribute'. Expected one of ['attributes', 'metrics', 'params', 'tags'].",
                "metric.acc > 1 | Invalid entity type: 'metric'. Expected one of ['attributes', 'metrics', 'params', 'tags'].",
                "name > 'x' | Invalid comparison operator for attributes.name: '>'. Expected one of ('=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN').",
                "creation_time LIKE '5' | Invalid comparison operator for attributes.creation_timestamp_ms: 'LIKE'. Expected one of ('<', '<=', '>', '>=', '=', '!=').",
                "metrics.acc IN (5) | Invalid comparison operator for metrics.acc: 'IN'. Expected one of ('<', '<=', '>', '>=', '=', '!=').",
                "model_type IS NULL | Invalid comparison: model_typeIS NULL. Expected a comparison with 3 tokens.",
                "name = 'a' OR name = 'b' | Invalid filter string: \"name = 'a' OR name = 'b'\". Expected a list of comparisons separated by 'AND' (e.g. 'metrics.loss > 0.1 AND params.lr = 0.01').",
                "bogus | Invalid filter string: 'bogus'. Expected a list of comparisons separated by 'AND' (e.g. 'metrics.loss > 0.1 AND params.lr = 0.01').",
                "name = 'a'; name = 'b' | Invalid filter string: \"name = 'a'; name = 'b'\". Expected a single SQL expression.",
                "name NOT LIKE 'a' | Invalid comparison operator for attributes.name: 'NOT LIKE'. Expected one of ('=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN')."
            })
    void filter_isRefusedInMlflowsWords(String filter, String message) {
        assertRefused(query(filter, List.of(), List.of()), message);
    }

    /** MLflow's server answers 500 to these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bogus = 'x'",
                "5 = 5",
                "'name' = 'x'",
                "name IN (s1)",
                "name = ('s1')",
                "metrics.acc > 'x'",
                "metrics.acc > 1 + 1",
                "creation_timestamp > '5'",
                "name LIKE 'x\\'"
            })
    void filter_withoutMeaning_isTheCallersMistake(String filter) {
        assertThatThrownBy(() -> models().search(query(filter, List.of(), List.of())))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class));
    }

    @Test
    void datasets_restrictMetrics() {
        seed();
        var train = new ModelDataset("train", "d1");
        assertThat(search("", List.of(train))).containsExactly("first");
        assertThat(search("", List.of(new ModelDataset("train", null)))).isEmpty();
        assertThat(search("metrics.acc > 0.6", List.of(train))).containsExactly("first");
        assertThat(search("metrics.acc < 0.6", List.of(train))).isEmpty();
        assertThat(search("metrics.acc > -1", List.of(train, new ModelDataset("test", "d2"))))
                .containsExactly("second", "first");
        assertRefused(
                query("", List.of(new ModelDataset("", "x")), List.of()),
                "`dataset_name` in the `datasets` clause must be specified.");
    }

    @Test
    void order_isByAttributesAndLatestMetrics() {
        seed();
        assertThat(ordered(new ModelOrder("name", true, null, null))).containsExactly("first", "second", "third");
        assertThat(ordered(new ModelOrder("creation_timestamp", true, null, null)))
                .containsExactly("first", "second", "third");
        assertThat(ordered(new ModelOrder("model_type", true, null, null))).containsExactly("third", "second", "first");
        assertThat(ordered(new ModelOrder("model_type", false, null, null), new ModelOrder("name", true, null, null)))
                .containsExactly("first", "second", "third");
        assertThat(ordered(new ModelOrder("metrics.acc", true, null, null)))
                .containsExactly("second", "first", "third");
        assertThat(ordered(new ModelOrder("metrics.acc", false, null, null)))
                .containsExactly("first", "second", "third");
        assertThat(ordered(new ModelOrder("metrics.acc", false, "test", "d2")))
                .containsExactly("second", "third", "first");
        assertThat(ordered(new ModelOrder("status_message", true, null, null)))
                .containsExactly("third", "second", "first");
        assertRefused(
                query("", List.of(), List.of(new ModelOrder("bogus", true, null, null))),
                "Invalid order by field name: bogus");
        assertRefused(
                query("", List.of(), List.of(new ModelOrder("params.p", true, null, null))),
                "Invalid order by field name: params.p. Only metrics are supported.");
    }

    @Test
    void order_byMetric_pagesThroughAll() {
        seed();
        var found = new ArrayList<String>();
        String token = null;
        do {
            var page = models().search(new ModelQuery(
                    List.of(experiment),
                    null,
                    List.of(),
                    1,
                    List.of(new ModelOrder("metrics.acc", true, null, null)),
                    token));
            page.models().forEach(model -> found.add(model.name()));
            token = page.nextPageToken();
        } while (token != null);
        assertThat(found).containsExactly("second", "first", "third");
    }

    private void seed() {
        var names = List.of("first", "second", "third");
        var ids = new ArrayList<String>();
        for (int i = 0; i < names.size(); i++) {
            long before = i == 0 ? 0 : get(ids.get(i - 1)).creationTimeMillis();
            while (System.currentTimeMillis() <= before) {
                Thread.onSpinWait();
            }
            ids.add(models().create(new CreateModel(
                            experiment,
                            names.get(i),
                            i == 0 ? "Agent" : "",
                            run,
                            List.of(new Param("p", String.valueOf(i))),
                            List.of(new Tag("t", "T" + i))))
                    .modelId());
        }
        models().finish(ids.getFirst(), ModelStatus.READY);
        runs().write(
                        run,
                        RunChanges.batch(
                                List.of(
                                        Metric.of("acc", 0.5, 1, 0).ofModel(ids.get(0), null, null),
                                        Metric.of("acc", 0.7, 2, 0).ofModel(ids.get(0), "train", "d1"),
                                        Metric.of("nan", Double.NaN, 1, 0).ofModel(ids.get(0), null, null),
                                        Metric.of("inf", Double.POSITIVE_INFINITY, 1, 0)
                                                .ofModel(ids.get(0), null, null),
                                        Metric.of("acc", 0.5, 1, 9).ofModel(ids.get(1), "test", "d2"),
                                        Metric.of("acc", -0.5, 2, 0).ofModel(ids.get(1), "test", "d2")),
                                List.of(),
                                List.of()));
    }

    private List<String> search(String filter, List<ModelDataset> datasets) {
        return models().search(query(filter, datasets, List.of())).models().stream()
                .map(LoggedModel::name)
                .toList();
    }

    private List<String> ordered(ModelOrder... order) {
        return models().search(query("", List.of(), List.of(order))).models().stream()
                .map(LoggedModel::name)
                .toList();
    }

    private ModelQuery query(String filter, List<ModelDataset> datasets, List<ModelOrder> order) {
        return new ModelQuery(List.of(experiment), filter, datasets, 100, order, null);
    }

    private void assertRefused(ModelQuery query, String message) {
        assertProblem(() -> models().search(query), new Problem.InvalidArgument(message));
    }

    private LoggedModel model(@Nullable String name) {
        return models().create(new CreateModel(experiment, name, "", "", List.of(), List.of()));
    }

    private LoggedModel get(String modelId) {
        return models().get(modelId, false);
    }

    private static void assertProblem(ThrowingCallable call, Problem problem) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }
}
