package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.Message;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Refusals;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.run.Dataset;
import dev.fourfold.metadata.run.DatasetInput;
import dev.fourfold.metadata.run.DatasetSummary;
import dev.fourfold.metadata.run.ModelOutput;
import dev.fourfold.metadata.run.RunInputs;
import dev.fourfold.metadata.run.RunOperations;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.util.List;

/** What runs read and made: datasets and logged models. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class RunUseController {

    private static final Shape DATASET = Shape.of(
            Field.text("name"),
            Field.text("digest"),
            Field.text("source_type"),
            Field.text("source"),
            Field.text("schema"),
            Field.text("profile"));
    private static final Shape LOG_INPUTS = Shape.of(
            Field.text("run_id").asRequired(),
            Field.messages("datasets", Shape.of(Field.messages("tags", Tags.TAG), Field.message("dataset", DATASET))),
            Field.messages("models", Shape.of(Field.text("model_id"))));
    private static final Shape LOG_OUTPUTS = Shape.of(
            Field.text("run_id").asRequired(),
            Field.messages("models", Shape.of(Field.text("model_id"), Field.int64("step")))
                    .asRequired());
    private static final Shape LOG_MODEL =
            Shape.of(Field.text("run_id").asRequired(), Field.text("model_json").asRequired());
    private static final Shape SEARCH_DATASETS = Shape.of(Field.texts("experiment_ids"));
    private static final int MOST_EXPERIMENTS = 20;

    private final RunOperations runs;
    private final HotAnswers answers;

    RunUseController(RunOperations runs, HotAnswers answers) {
        this.runs = runs;
        this.answers = answers;
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/runs/log-inputs",
                AJAX + "/runs/log-inputs",
                API_3 + "/runs/log-inputs",
                AJAX_3 + "/runs/log-inputs"
            })
    HttpResponse<byte[]> logInputs(MlflowRequest request) {
        Message message = request.read(LOG_INPUTS, Bodies.DATASETS_LIMIT);
        String runId = message.text("run_id");
        var inputs = new RunInputs(
                message.messages("datasets").stream()
                        .map(RunUseController::input)
                        .toList(),
                message.messages("models").stream()
                        .map(model -> model.text("model_id"))
                        .toList());
        return Done.after(answers, Subjects.touchedByRunChange(runId), () -> runs.logInputs(runId, inputs));
    }

    @Access(AccessLevel.WRITE)
    @Post(uris = {API + "/runs/outputs", AJAX + "/runs/outputs", API_3 + "/runs/outputs", AJAX_3 + "/runs/outputs"})
    HttpResponse<byte[]> logOutputs(MlflowRequest request) {
        Message message = request.read(LOG_OUTPUTS);
        String runId = message.text("run_id");
        List<ModelOutput> outputs = message.messages("models").stream()
                .map(model -> new ModelOutput(model.text("model_id"), model.int64("step")))
                .toList();
        return Done.after(answers, Subjects.touchedByRunChange(runId), () -> runs.logOutputs(runId, outputs));
    }

    /** From clients before MLflow 3, which have no logged models. */
    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/runs/log-model",
                AJAX + "/runs/log-model",
                API_3 + "/runs/log-model",
                AJAX_3 + "/runs/log-model"
            })
    HttpResponse<byte[]> logModel(MlflowRequest request) {
        Message message = request.read(LOG_MODEL);
        String runId = message.text("run_id");
        String entry = ModelHistory.entry(message.text("model_json"));
        return Done.after(answers, Subjects.touchedByRunChange(runId), () -> runs.logModel(runId, entry));
    }

    /** For the web page only: MLflow's other routes of this name have a slip in their paths. */
    @Access(AccessLevel.READ)
    @Post(AJAX + "/experiments/search-datasets")
    HttpResponse<byte[]> searchDatasets(MlflowRequest request) {
        List<String> experiments = request.read(SEARCH_DATASETS).texts("experiment_ids");
        if (experiments.isEmpty()) {
            throw Refusals.refusal("SearchDatasets request must specify at least one experiment_id.");
        }
        if (experiments.size() > MOST_EXPERIMENTS) {
            throw Refusals.refusal("SearchDatasets request cannot specify more than " + MOST_EXPERIMENTS
                    + " experiment_ids. Received " + experiments.size() + " experiment_ids.");
        }
        List<DatasetSummary> datasets = runs.datasets(experiments);
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> {
            out.writeStartObject();
            if (!datasets.isEmpty()) {
                out.writeArrayFieldStart("dataset_summaries");
                for (DatasetSummary dataset : datasets) {
                    out.writeStartObject();
                    out.writeStringField("experiment_id", dataset.experimentId());
                    out.writeStringField("name", dataset.name());
                    out.writeStringField("digest", dataset.digest());
                    if (dataset.context() != null) {
                        out.writeStringField("context", dataset.context());
                    }
                    out.writeEndObject();
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        }));
    }

    private static DatasetInput input(Message message) {
        Message dataset = message.message("dataset");
        return new DatasetInput(
                Tags.of(message.messages("tags")),
                new Dataset(
                        dataset.text("name"),
                        dataset.text("digest"),
                        dataset.text("source_type"),
                        dataset.text("source"),
                        dataset.textOrNull("schema"),
                        dataset.textOrNull("profile")));
    }
}
