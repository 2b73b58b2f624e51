package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.Message;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.run.RunChanges;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunPlace;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.util.List;

/**
 * What is logged into runs. A whole request is checked first; then PostgreSQL in one transaction; then the points to
 * the journal of metrics-svc; then 200. Where the second step fails, the client repeats the request, and both steps
 * take a repeat for what it is.
 */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class RunLogController {

    private static final Shape LOG_METRIC = Shape.of(
            Field.text("run_id").asRequired(),
            Field.text("key").asRequired(),
            Field.number("value").asRequired(),
            Field.int64("timestamp").asRequired(),
            Field.int64("step"),
            Field.text("model_id"),
            Field.text("dataset_name"),
            Field.text("dataset_digest"),
            Field.text("run_uuid"));
    private static final Shape LOG_PARAMETER = Shape.of(
            Field.text("run_id").asRequired(),
            Field.text("key").asRequired(),
            Field.text("value"),
            Field.text("run_uuid"));
    private static final Shape SET_TAG = LOG_PARAMETER;
    private static final Shape DELETE_TAG =
            Shape.of(Field.text("run_id").asRequired(), Field.text("key").asRequired(), Field.text("run_uuid"));
    private static final Shape LOG_BATCH = Shape.of(
            Field.text("run_id").asRequired(),
            Field.messages("metrics", Logged.METRIC),
            Field.messages("params", Logged.PARAM),
            Field.messages("tags", Tags.BATCH_TAG));

    private final RunOperations runs;
    private final MetricOperations metrics;
    private final HotAnswers answers;

    RunLogController(RunOperations runs, MetricOperations metrics, HotAnswers answers) {
        this.runs = runs;
        this.metrics = metrics;
        this.answers = answers;
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/runs/log-metric",
                AJAX + "/runs/log-metric",
                API_3 + "/runs/log-metric",
                AJAX_3 + "/runs/log-metric"
            })
    HttpResponse<byte[]> logMetric(MlflowRequest request) {
        Message message = request.read(LOG_METRIC);
        return write(message.runId(), RunChanges.of(Logged.metric(message)));
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/runs/log-batch",
                AJAX + "/runs/log-batch",
                API_3 + "/runs/log-batch",
                AJAX_3 + "/runs/log-batch"
            })
    HttpResponse<byte[]> logBatch(MlflowRequest request) {
        Message message = request.read(LOG_BATCH);
        return write(message.text("run_id"), Logged.batch(message));
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/runs/log-parameter",
                AJAX + "/runs/log-parameter",
                API_3 + "/runs/log-parameter",
                AJAX_3 + "/runs/log-parameter"
            })
    HttpResponse<byte[]> logParameter(MlflowRequest request) {
        Message message = request.read(LOG_PARAMETER);
        return write(message.runId(), RunChanges.of(Logged.param(message)));
    }

    @Access(AccessLevel.WRITE)
    @Post(uris = {API + "/runs/set-tag", AJAX + "/runs/set-tag", API_3 + "/runs/set-tag", AJAX_3 + "/runs/set-tag"})
    HttpResponse<byte[]> setTag(MlflowRequest request) {
        Message message = request.read(SET_TAG);
        return write(message.runId(), RunChanges.of(Tags.of(message)));
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/runs/delete-tag",
                AJAX + "/runs/delete-tag",
                API_3 + "/runs/delete-tag",
                AJAX_3 + "/runs/delete-tag"
            })
    HttpResponse<byte[]> deleteTag(MlflowRequest request) {
        Message message = request.read(DELETE_TAG);
        String runId = message.runId();
        String key = message.text("key");
        return Done.after(answers, Subjects.touchedByRunChange(runId), () -> runs.deleteTag(runId, key));
    }

    private HttpResponse<byte[]> write(String runId, RunChanges changes) {
        if (!changes.metrics().isEmpty()) {
            metrics.admit(runId);
        }
        RunPlace place = answers.write(Subjects.touchedByRunChange(runId), () -> runs.write(runId, changes));
        if (!changes.metrics().isEmpty()) {
            List<Point> points = changes.metrics().stream()
                    .map(metric -> new Point(metric.key(), metric.timestampMillis(), metric.step(), metric.value()))
                    .toList();
            metrics.append(new PointBatch(RunPlaces.experimentOf(place), place.runId(), points));
        }
        return Done.empty();
    }
}
