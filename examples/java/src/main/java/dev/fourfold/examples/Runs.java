package dev.fourfold.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.ActiveRun;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowContext;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.Page;

/** What the client offers on runs: one value at a time, tags, search page by page, deletion, and its context. */
final class Runs {

    private static final int MADE = 5;

    private final MlflowClient client;
    private final Report report;
    private final String experiment;

    Runs(MlflowClient client, Report report, String experiment) {
        this.client = client;
        this.report = report;
        this.experiment = experiment;
    }

    void check() {
        report.section("Runs");
        oneValueAtATime();
        search();
        deletion();
        context();
    }

    private void oneValueAtATime() {
        String run = client.createRun(experiment).getRunId();
        client.logParam(run, "depth", "3");
        client.logMetric(run, "accuracy", 0.5, 1_700_000_000_000L, 0);
        client.logMetric(run, "accuracy", 0.25, 1_700_000_000_001L, 2);
        client.logMetric(run, "accuracy", 0.75, 1_700_000_000_002L, -1);
        client.logMetric(run, "lost", Double.NaN, 1_700_000_000_000L, 0);
        client.logMetric(run, "now", 1);
        client.setTag(run, "kept", "yes, with \"quotes\", Grüße");
        client.setTag(run, "gone", "soon");
        client.deleteTag(run, "gone");
        client.setTerminated(run, RunStatus.FAILED, 1_700_000_001_000L);
        Run read = client.getRun(run);
        report.row("param", Map.of("depth", "3"), params(read.getData().getParamsList()));
        Map<String, Double> latest = read.getData().getMetricsList().stream()
                .collect(Collectors.toMap(Metric::getKey, Metric::getValue, (first, second) -> second, TreeMap::new));
        report.row("latest values", new TreeMap<>(Map.of("accuracy", 0.25, "lost", Double.NaN, "now", 1.0)), latest);
        report.row(
                "history, by time",
                List.of("0=0.5", "2=0.25", "-1=0.75"),
                client.getMetricHistory(run, "accuracy").stream()
                        .map(point -> point.getStep() + "=" + point.getValue())
                        .toList());
        Map<String, String> tags =
                read.getData().getTagsList().stream().collect(Collectors.toMap(RunTag::getKey, RunTag::getValue));
        report.row("tag", "yes, with \"quotes\", Grüße", tags.getOrDefault("kept", "none"));
        report.row("deleted tag", false, tags.containsKey("gone"));
        report.row("status", RunStatus.FAILED, read.getInfo().getStatus());
        report.row("end", 1_700_000_001_000L, read.getInfo().getEndTime());
        report.row("changed param is refused", 400, status(() -> client.logParam(run, "depth", "4")));
        report.row("absent run", 404, status(() -> client.getRun("0".repeat(32))));
    }

    private void search() {
        List<String> made = new ArrayList<>();
        for (int number = 0; number < MADE; number++) {
            String run = client.createRun(experiment).getRunId();
            client.logMetric(run, "score", number);
            client.logParam(run, "group", "searched");
            made.add(run);
        }
        List<String> experiments = List.of(experiment);
        List<String> found = new ArrayList<>();
        int pages = 0;
        Page<Run> page = client.searchRuns(
                experiments, "params.group = 'searched'", ViewType.ACTIVE_ONLY, 2, List.of("metrics.score DESC"));
        while (true) {
            pages++;
            page.getItems().forEach(run -> found.add(run.getInfo().getRunId()));
            if (!page.hasNextPage()) {
                break;
            }
            page = page.getNextPage();
        }
        report.row("found, page by page", made.reversed(), found);
        report.row("pages", 3, pages);
        report.row(
                "found by two clauses",
                2,
                client.searchRuns(experiments, "metrics.score >= 1 and metrics.score < 3")
                        .size());
        report.row("bad filter", 400, status(() -> client.searchRuns(experiments, "metrics.score ~ 1")));
    }

    private void deletion() {
        String run = client.createRun(experiment).getRunId();
        client.setTag(run, "fate", "deleted");
        client.deleteRun(run);
        List<String> experiments = List.of(experiment);
        String filter = "tags.fate = 'deleted'";
        report.row("deleted", "deleted", client.getRun(run).getInfo().getLifecycleStage());
        report.row(
                "found among active ones",
                0,
                client.searchRuns(experiments, filter).size());
        report.row(
                "found among deleted ones",
                1,
                client.searchRuns(experiments, filter, ViewType.DELETED_ONLY).size());
        report.row("write to a deleted one", 400, status(() -> client.setTag(run, "fate", "other")));
        client.restoreRun(run);
        report.row("restored", "active", client.getRun(run).getInfo().getLifecycleStage());
    }

    private void context() {
        var context = new MlflowContext(client).setExperimentId(experiment);
        ActiveRun parent = context.startRun("parent");
        parent.logParams(Map.of("first", "1", "second", "2"));
        parent.logMetrics(Map.of("rmse", 0.5, "mae", 0.25), 3);
        parent.setTags(Map.of("team", "red"));
        ActiveRun child = context.startRun("child", parent.getId());
        child.logMetric("rmse", 0.125, 1);
        child.endRun();
        parent.endRun(RunStatus.KILLED);
        Run read = client.getRun(parent.getId());
        report.row(
                "a context's params",
                Map.of("first", "1", "second", "2"),
                params(read.getData().getParamsList()));
        report.row("a context's metrics", 2, read.getData().getMetricsCount());
        report.row("a context's status", RunStatus.KILLED, read.getInfo().getStatus());
        report.row("a context's files", read.getInfo().getArtifactUri(), parent.getArtifactUri());
        report.row(
                "children of the parent",
                List.of(child.getId()),
                client.searchRuns(List.of(experiment), "tags.mlflow.parentRunId = '" + parent.getId() + "'").stream()
                        .map(run -> run.getRunId())
                        .toList());
    }

    /** The status with which the server refuses a call; 200 where it does not. */
    static int status(Runnable call) {
        try {
            call.run();
            return 200;
        } catch (MlflowHttpException e) {
            return e.getStatusCode();
        }
    }

    private static Map<String, String> params(List<Param> params) {
        return params.stream().collect(Collectors.toMap(Param::getKey, Param::getValue));
    }
}
