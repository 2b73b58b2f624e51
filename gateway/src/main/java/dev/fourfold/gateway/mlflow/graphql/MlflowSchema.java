package dev.fourfold.gateway.mlflow.graphql;

import dev.fourfold.gateway.mlflow.ManyHistories;
import dev.fourfold.gateway.mlflow.request.Refusals;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.Experiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.registry.ModelVersion;
import dev.fourfold.metadata.registry.ModelVersionOperations;
import dev.fourfold.metadata.registry.ModelVersionQuery;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.Run;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunPage;
import dev.fourfold.metadata.run.RunQuery;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeRuntimeWiring;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** MLflow's GraphQL schema, and where its fields come from: operations of the services for queries, records for the rest. */
@Singleton
final class MlflowSchema {

    private static final String RESOURCE = "/mlflow.graphqls";
    private static final int RUNS_A_PAGE_UNLESS_SAID = 1000;
    private static final int MOST_RUNS_A_PAGE = 50_000;
    private static final int MOST_VERSIONS = 1000;

    private final ExperimentOperations experiments;
    private final RunOperations runs;
    private final ModelVersionOperations versions;
    private final ManyHistories histories;

    MlflowSchema(
            ExperimentOperations experiments,
            RunOperations runs,
            ModelVersionOperations versions,
            ManyHistories histories) {
        this.experiments = experiments;
        this.runs = runs;
        this.versions = versions;
        this.histories = histories;
    }

    GraphQLSchema schema() {
        try (InputStream text = Objects.requireNonNull(MlflowSchema.class.getResourceAsStream(RESOURCE))) {
            return new SchemaGenerator().makeExecutableSchema(new SchemaParser().parse(text), wiring());
        } catch (IOException e) {
            throw new UncheckedIOException("The schema cannot be read", e);
        }
    }

    private RuntimeWiring wiring() {
        return RuntimeWiring.newRuntimeWiring()
                .scalar(LongString.TYPE)
                .type(TypeRuntimeWiring.newTypeWiring("Query")
                        .dataFetcher("mlflowGetExperiment", this::getExperiment)
                        .dataFetcher("mlflowGetRun", this::getRun)
                        .dataFetcher("mlflowSearchRuns", this::searchRuns)
                        .dataFetcher("mlflowGetMetricHistoryBulkInterval", this::sample))
                .type(new Type<>("MlflowSearchRunsResponse", RunPage.class)
                        .field("runs", RunPage::runs)
                        .field("nextPageToken", page -> Objects.requireNonNullElse(page.nextPageToken(), ""))
                        .wiring())
                .type(new Type<>("MlflowExperiment", Experiment.class)
                        .field("lifecycleStage", experiment -> stage(experiment.lifecycleStage()))
                        .field("lastUpdateTime", Experiment::lastUpdateTimeMillis)
                        .field("creationTime", Experiment::creationTimeMillis)
                        .field("effectiveTraceArchivalRetention", _ -> "")
                        .field("workspace", _ -> "default")
                        .wiring())
                .type(new Type<>("MlflowRunExtension", Run.class)
                        .field("data", run -> run)
                        .field("inputs", _ -> Map.of("datasetInputs", List.of(), "modelInputs", List.of()))
                        .field("outputs", _ -> Map.of("modelOutputs", List.of()))
                        .field("modelVersions", this::versionsOf)
                        .wiring()
                        .dataFetcher("experiment", this::experimentOfRun))
                .type(new Type<>("MlflowModelVersion", ModelVersion.class)
                        .field("version", version -> Long.toString(version.version()))
                        .field("creationTimestamp", ModelVersion::creationTimeMillis)
                        .field("lastUpdatedTimestamp", ModelVersion::lastUpdatedTimeMillis)
                        .field("userId", _ -> "")
                        .field("currentStage", version -> version.stage().label())
                        .field("status", _ -> "READY")
                        .field("statusMessage", _ -> "")
                        .wiring())
                .type(new Type<>("MlflowRunInfo", RunInfo.class)
                        .field("runUuid", RunInfo::runId)
                        .field("startTime", RunInfo::startTimeMillis)
                        .field("endTime", info -> Objects.requireNonNullElse(info.endTimeMillis(), 0L))
                        .field("lifecycleStage", info -> stage(info.lifecycleStage()))
                        .wiring())
                .type(new Type<>("MlflowMetricExtension", Metric.class)
                        .field("value", metric -> number(metric.value()))
                        .field("timestamp", Metric::timestampMillis)
                        .wiring())
                .type(new Type<>("MlflowMetricWithRunId", PointOfRun.class)
                        .field("key", of -> of.point().key())
                        .field("value", of -> number(of.point().value()))
                        .field("timestamp", of -> of.point().timestampMillis())
                        .field("step", of -> of.point().step())
                        .wiring())
                .build();
    }

    private Map<String, Experiment> getExperiment(DataFetchingEnvironment environment) {
        return Map.of("experiment", experiment(environment, required(input(environment), "experimentId")));
    }

    private Map<String, Run> getRun(DataFetchingEnvironment environment) {
        Map<String, Object> input = input(environment);
        String runId = text(input, "runId");
        return Map.of("run", runs.get(runId.isEmpty() ? required(input, "runUuid") : runId));
    }

    private RunPage searchRuns(DataFetchingEnvironment environment) {
        Map<String, Object> input = input(environment);
        int most = input.get("maxResults") instanceof Integer number ? number : RUNS_A_PAGE_UNLESS_SAID;
        if (most < 1 || most > MOST_RUNS_A_PAGE) {
            throw Refusals.invalid("max_results", most, "It must be a positive integer of at most 50000");
        }
        return runs.search(new RunQuery(
                texts(input, "experimentIds"),
                nullIfEmpty(text(input, "filter")),
                input.get("runViewType") instanceof String view ? ViewType.valueOf(view) : ViewType.ACTIVE_ONLY,
                most,
                texts(input, "orderBy"),
                nullIfEmpty(text(input, "pageToken"))));
    }

    private Map<String, List<PointOfRun>> sample(DataFetchingEnvironment environment) {
        Map<String, Object> input = input(environment);
        List<String> runIds = texts(input, "runIds");
        if (runIds.isEmpty()) {
            throw Refusals.missing("run_ids");
        }
        List<PointBatch> batches = histories.sample(
                runIds,
                required(input, "metricKey"),
                input.get("startStep") instanceof Integer step ? step.longValue() : null,
                input.get("endStep") instanceof Integer step ? step.longValue() : null,
                input.get("maxResults") instanceof Integer most ? most : null);
        return Map.of(
                "metrics",
                batches.stream()
                        .flatMap(batch -> batch.points().stream().map(point -> new PointOfRun(batch.runId(), point)))
                        .toList());
    }

    private List<ModelVersion> versionsOf(Run run) {
        String ofRun = "run_id='" + run.info().runId() + "'";
        return versions.search(new ModelVersionQuery(ofRun, List.of(), MOST_VERSIONS, null))
                .versions();
    }

    private Experiment experimentOfRun(DataFetchingEnvironment environment) {
        Run run = Objects.requireNonNull(environment.<Run>getSource());
        return experiment(environment, run.info().experimentId());
    }

    /** A page of runs is mostly of one experiment, which is asked for once in a request. */
    private Experiment experiment(DataFetchingEnvironment environment, String experimentId) {
        return environment.getGraphQlContext().computeIfAbsent(experimentId, _ -> experiments.get(experimentId));
    }

    private static Map<String, Object> input(DataFetchingEnvironment environment) {
        return environment.getArgumentOrDefault("input", Map.of());
    }

    private static String text(Map<String, Object> input, String name) {
        return input.get(name) instanceof String text ? text : "";
    }

    private static String required(Map<String, Object> input, String name) {
        String text = text(input, name);
        if (text.isEmpty()) {
            throw Refusals.missing(name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT));
        }
        return text;
    }

    private static List<String> texts(Map<String, Object> input, String name) {
        return input.get(name) instanceof List<?> list
                ? list.stream().map(item -> item == null ? "" : item.toString()).toList()
                : List.of();
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    private static String stage(LifecycleStage stage) {
        return stage.name().toLowerCase(Locale.ROOT);
    }

    /** GraphQL's numbers are finite: NaN is null, and the greatest double stands for infinity, as everywhere in MLflow. */
    private static @Nullable Double number(double value) {
        return Double.isNaN(value) ? null : Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    /** A point and the run that it is of. */
    record PointOfRun(String runId, Point point) {}

    /** Fields of a type whose names are not those of the record behind it. */
    private static final class Type<S> {

        private final Class<S> source;
        private final TypeRuntimeWiring.Builder wiring;

        Type(String name, Class<S> source) {
            this.source = source;
            this.wiring = TypeRuntimeWiring.newTypeWiring(name);
        }

        Type<S> field(String name, Function<S, ? extends @Nullable Object> value) {
            DataFetcher<@Nullable Object> fetcher = environment -> value.apply(source.cast(environment.getSource()));
            wiring.dataFetcher(name, fetcher);
            return this;
        }

        TypeRuntimeWiring.Builder wiring() {
            return wiring;
        }
    }
}
