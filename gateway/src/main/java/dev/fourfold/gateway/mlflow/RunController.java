package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.LoadedAnswer;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.Message;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Refusals;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.run.CreateRun;
import dev.fourfold.metadata.run.Run;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunQuery;
import dev.fourfold.metadata.run.RunStatus;
import dev.fourfold.metadata.run.UpdateRun;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.util.Objects;

/** MLflow's runs: their life. What is logged into them: {@link RunLogController}. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class RunController {

    // The experiment is required as well, in either spelling: MLflow's check of required fields does not look at it.
    private static final Shape CREATE = Shape.of(
            Field.text("experiment_id"),
            Field.int64("start_time"),
            Field.text("run_name"),
            Field.text("user_id"),
            Field.messages("tags", Tags.TAG));
    private static final Shape BY_ID = Shape.of(Field.text("run_id").asRequired(), Field.text("run_uuid"));
    private static final Shape UPDATE = Shape.of(
            Field.text("run_id").asRequired(),
            Field.int64("end_time"),
            Field.choice("status", Limits.RUN_STATUSES),
            Field.text("run_name"),
            Field.text("run_uuid"));
    private static final Shape SEARCH = Shape.of(
            Field.texts("experiment_ids"),
            Field.text("filter"),
            Field.int32("max_results"),
            Field.texts("order_by"),
            Field.choice("run_view_type", Limits.VIEW_TYPES),
            Field.text("page_token"));

    private final RunOperations runs;
    private final HotAnswers answers;

    RunController(RunOperations runs, HotAnswers answers) {
        this.runs = runs;
        this.answers = answers;
    }

    @Access(AccessLevel.WRITE)
    @Post(uris = {API + "/runs/create", AJAX + "/runs/create", API_3 + "/runs/create", AJAX_3 + "/runs/create"})
    HttpResponse<byte[]> create(MlflowRequest request) {
        Message message = request.read(CREATE);
        if (message.text("experiment_id").isEmpty()) {
            throw Refusals.missing("experiment_id");
        }
        Run run = runs.create(new CreateRun(
                message.text("experiment_id"),
                message.text("user_id"),
                Limits.nullIfEmpty(message.text("run_name")),
                message.int64("start_time"),
                Tags.of(message.messages("tags"))));
        return Json.ok(Store.POSTGRESQL, RunJson.created(run));
    }

    @Access(AccessLevel.READ)
    @Get(uris = {API + "/runs/get", AJAX + "/runs/get", API_3 + "/runs/get", AJAX_3 + "/runs/get"})
    HttpResponse<byte[]> get(MlflowRequest request) {
        String runId = request.read(BY_ID).runId();
        return Json.hot(answers.read("mlflow:run:" + runId, () -> {
            Run run = runs.get(runId);
            return new LoadedAnswer(
                    RunJson.run(run), Subjects.ofRun(runId, run.info().experimentId()));
        }));
    }

    @Access(AccessLevel.WRITE)
    @Post(uris = {API + "/runs/update", AJAX + "/runs/update", API_3 + "/runs/update", AJAX_3 + "/runs/update"})
    HttpResponse<byte[]> update(MlflowRequest request) {
        Message message = request.read(UPDATE);
        String runId = message.runId();
        var change = new UpdateRun(
                message.choice("status", RunStatus.class),
                message.int64OrNull("end_time"),
                message.textOrNull("run_name"));
        RunInfo info = answers.write(Subjects.touchedByRunChange(runId), () -> runs.update(runId, change));
        return Json.ok(Store.POSTGRESQL, RunJson.info(info));
    }

    @Access(AccessLevel.WRITE)
    @Post(uris = {API + "/runs/delete", AJAX + "/runs/delete", API_3 + "/runs/delete", AJAX_3 + "/runs/delete"})
    HttpResponse<byte[]> delete(MlflowRequest request) {
        String runId = request.read(BY_ID).runId();
        return Done.after(answers, Subjects.touchedByRunChange(runId), () -> runs.delete(runId));
    }

    @Access(AccessLevel.WRITE)
    @Post(uris = {API + "/runs/restore", AJAX + "/runs/restore", API_3 + "/runs/restore", AJAX_3 + "/runs/restore"})
    HttpResponse<byte[]> restore(MlflowRequest request) {
        String runId = request.read(BY_ID).runId();
        return Done.after(answers, Subjects.touchedByRunChange(runId), () -> runs.restore(runId));
    }

    @Access(AccessLevel.READ)
    @Post(uris = {API + "/runs/search", AJAX + "/runs/search", API_3 + "/runs/search", AJAX_3 + "/runs/search"})
    HttpResponse<byte[]> search(MlflowRequest request) {
        Message message = request.read(SEARCH);
        var query = new RunQuery(
                message.texts("experiment_ids"),
                Limits.nullIfEmpty(message.text("filter")),
                Objects.requireNonNullElse(message.choice("run_view_type", ViewType.class), ViewType.ACTIVE_ONLY),
                Limits.runsAPage(message.int32OrNull("max_results")),
                message.texts("order_by"),
                Limits.nullIfEmpty(message.text("page_token")));
        return Json.ok(Store.POSTGRESQL, RunJson.page(runs.search(query)));
    }
}
