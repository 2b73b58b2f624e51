package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.LoadedAnswer;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.Message;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.CreateExperiment;
import dev.fourfold.metadata.experiment.Experiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import dev.fourfold.metrics.MetricOperations;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** MLflow's experiments. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class ExperimentController {

    private static final Shape CREATE = Shape.of(
            Field.text("name").asRequired(), Field.text("artifact_location"), Field.messages("tags", Tags.TAG));
    private static final Shape BY_ID = Shape.of(Field.text("experiment_id").asRequired());
    private static final Shape BY_NAME = Shape.of(Field.text("experiment_name").asRequired());
    private static final Shape SEARCH = Shape.of(
            Field.choice("view_type", Limits.VIEW_TYPES),
            Field.int32("max_results"),
            Field.texts("order_by"),
            Field.text("filter"),
            Field.text("page_token"));
    private static final Shape UPDATE = Shape.of(
            Field.text("experiment_id").asRequired(), Field.text("new_name").asRequired());
    private static final Shape SET_TAG =
            Shape.of(Field.text("experiment_id").asRequired(), Field.text("key").asRequired(), Field.text("value"));
    private static final Shape DELETE_TAG =
            Shape.of(Field.text("experiment_id").asRequired(), Field.text("key").asRequired());

    private final ExperimentOperations experiments;
    private final MetricOperations metrics;
    private final LogOperations logs;
    private final HotAnswers answers;

    ExperimentController(
            ExperimentOperations experiments, MetricOperations metrics, LogOperations logs, HotAnswers answers) {
        this.experiments = experiments;
        this.metrics = metrics;
        this.logs = logs;
        this.answers = answers;
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/experiments/create",
                AJAX + "/experiments/create",
                API_3 + "/experiments/create",
                AJAX_3 + "/experiments/create"
            })
    HttpResponse<byte[]> create(MlflowRequest request) {
        Message message = request.read(CREATE);
        List<Tag> tags = Tags.of(message.messages("tags"));
        tags.forEach(this::checkRetentionClass);
        Experiment experiment = experiments.create(new CreateExperiment(
                message.text("name"), Limits.nullIfEmpty(message.text("artifact_location")), tags));
        return Json.ok(Store.POSTGRESQL, ExperimentJson.id(experiment.experimentId()));
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/experiments/get",
                AJAX + "/experiments/get",
                API_3 + "/experiments/get",
                AJAX_3 + "/experiments/get"
            })
    HttpResponse<byte[]> get(MlflowRequest request) {
        String id = request.read(BY_ID).text("experiment_id");
        return Json.hot(answers.read("mlflow:experiment:" + id, () -> loaded(experiments.get(id))));
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/experiments/get-by-name",
                AJAX + "/experiments/get-by-name",
                API_3 + "/experiments/get-by-name",
                AJAX_3 + "/experiments/get-by-name"
            })
    HttpResponse<byte[]> getByName(MlflowRequest request) {
        String name = request.read(BY_NAME).text("experiment_name");
        return Json.hot(answers.read("mlflow:experiment-name:" + name, () -> loaded(experiments.getByName(name))));
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/experiments/search",
                AJAX + "/experiments/search",
                API_3 + "/experiments/search",
                AJAX_3 + "/experiments/search"
            })
    HttpResponse<byte[]> searchByQuery(MlflowRequest request) {
        return search(request);
    }

    @Access(AccessLevel.READ)
    @Post(
            uris = {
                API + "/experiments/search",
                AJAX + "/experiments/search",
                API_3 + "/experiments/search",
                AJAX_3 + "/experiments/search"
            })
    HttpResponse<byte[]> search(MlflowRequest request) {
        Message message = request.read(SEARCH);
        var query = new ExperimentQuery(
                Limits.nullIfEmpty(message.text("filter")),
                message.texts("order_by"),
                Objects.requireNonNullElse(message.choice("view_type", ViewType.class), ViewType.ACTIVE_ONLY),
                Limits.experimentsAPage(message.int32OrNull("max_results")),
                Limits.nullIfEmpty(message.text("page_token")));
        return Json.ok(Store.POSTGRESQL, ExperimentJson.page(experiments.search(query)));
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/experiments/update",
                AJAX + "/experiments/update",
                API_3 + "/experiments/update",
                AJAX_3 + "/experiments/update"
            })
    HttpResponse<byte[]> update(MlflowRequest request) {
        Message message = request.read(UPDATE);
        String id = message.text("experiment_id");
        String newName = message.text("new_name");
        try {
            return Done.after(answers, Subjects.touchedByRename(id, newName), () -> experiments.rename(id, newName));
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.AlreadyExists taken) {
                return MlflowErrorFormat.badRequest(taken); // MLflow's code for this case alone.
            }
            throw e;
        }
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/experiments/delete",
                AJAX + "/experiments/delete",
                API_3 + "/experiments/delete",
                AJAX_3 + "/experiments/delete"
            })
    HttpResponse<byte[]> delete(MlflowRequest request) {
        String id = request.read(BY_ID).text("experiment_id");
        return Done.after(answers, Subjects.touchedByLifecycle(id), () -> experiments.delete(id));
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/experiments/restore",
                AJAX + "/experiments/restore",
                API_3 + "/experiments/restore",
                AJAX_3 + "/experiments/restore"
            })
    HttpResponse<byte[]> restore(MlflowRequest request) {
        String id = request.read(BY_ID).text("experiment_id");
        return Done.after(answers, Subjects.touchedByLifecycle(id), () -> experiments.restore(id));
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/experiments/set-experiment-tag",
                AJAX + "/experiments/set-experiment-tag",
                API_3 + "/experiments/set-experiment-tag",
                AJAX_3 + "/experiments/set-experiment-tag"
            })
    HttpResponse<byte[]> setTag(MlflowRequest request) {
        Message message = request.read(SET_TAG);
        String id = message.text("experiment_id");
        Tag tag = Tags.of(message);
        checkRetentionClass(tag);
        return Done.after(answers, Subjects.touchedByExperimentChange(id), () -> experiments.setTag(id, tag));
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/experiments/delete-experiment-tag",
                AJAX + "/experiments/delete-experiment-tag",
                API_3 + "/experiments/delete-experiment-tag",
                AJAX_3 + "/experiments/delete-experiment-tag"
            })
    HttpResponse<byte[]> deleteTag(MlflowRequest request) {
        Message message = request.read(DELETE_TAG);
        String id = message.text("experiment_id");
        String key = message.text("key");
        return Done.after(answers, Subjects.touchedByExperimentChange(id), () -> experiments.deleteTag(id, key));
    }

    /** Whoever asks for a retention that there is not learns of it at once, and not when nothing expires. */
    private void checkRetentionClass(Tag tag) {
        if (!tag.key().equals(ExperimentOperations.RETENTION_CLASS_TAG)
                || tag.value().equals("default")) {
            return;
        }
        var known = new LinkedHashSet<>(metrics.retentionClasses());
        known.addAll(logs.retentionClasses());
        known.remove("default");
        if (!known.contains(tag.value())) {
            throw new Problem.InvalidArgument(
                            "There is no retention class '" + tag.value() + "'; configured are default"
                                    + known.stream().map(name -> ", " + name).collect(Collectors.joining()))
                    .toException();
        }
    }

    private static LoadedAnswer loaded(Experiment experiment) {
        return new LoadedAnswer(
                ExperimentJson.experiment(experiment),
                Subjects.ofExperiment(experiment.experimentId(), experiment.name()));
    }
}
