package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.Message;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.model.CreateModel;
import dev.fourfold.metadata.model.ModelDataset;
import dev.fourfold.metadata.model.ModelOperations;
import dev.fourfold.metadata.model.ModelOrder;
import dev.fourfold.metadata.model.ModelQuery;
import dev.fourfold.metadata.model.ModelStatus;
import dev.fourfold.metadata.run.Param;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.util.List;
import java.util.Objects;

/**
 * MLflow's logged models. Where a body names the model, MLflow requires it there and goes by that name, whatever the
 * path says.
 */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class LoggedModelController {

    /** A param at creation and later, where MLflow requires nothing of it. */
    private static final Shape PARAM = Shape.of(Field.text("key"), Field.text("value"));

    private static final Shape CREATE = Shape.of(
            Field.text("experiment_id").asRequired(),
            Field.text("name"),
            Field.text("model_type"),
            Field.text("source_run_id"),
            Field.messages("params", PARAM),
            Field.messages("tags", Tags.TAG));
    private static final Shape GET = Shape.of(Field.text("allow_deleted"));
    private static final Shape FINISH = Shape.of(
            Field.text("model_id").asRequired(),
            Field.choice("status", Limits.MODEL_STATUSES).asRequired());
    private static final Shape SET_TAGS = Shape.of(Field.messages("tags", Tags.TAG));
    private static final Shape ADD_PARAMS =
            Shape.of(Field.text("model_id").asRequired(), Field.messages("params", PARAM));
    private static final Shape SEARCH = Shape.of(
            Field.texts("experiment_ids").asRequired(),
            Field.text("filter"),
            Field.messages("datasets", Shape.of(Field.text("dataset_name"), Field.text("dataset_digest"))),
            Field.int32("max_results"),
            Field.messages(
                    "order_by",
                    Shape.of(
                            Field.text("field_name"),
                            Field.bool("ascending"),
                            Field.text("dataset_name"),
                            Field.text("dataset_digest"))),
            Field.text("page_token"));

    private final ModelOperations models;

    LoggedModelController(ModelOperations models) {
        this.models = models;
    }

    @Access(AccessLevel.WRITE)
    @Post(uris = {API + "/logged-models", AJAX + "/logged-models", API_3 + "/logged-models", AJAX_3 + "/logged-models"})
    HttpResponse<byte[]> create(MlflowRequest request) {
        Message message = request.read(CREATE);
        var model = models.create(new CreateModel(
                message.text("experiment_id"),
                Limits.nullIfEmpty(message.text("name")),
                message.text("model_type"),
                message.text("source_run_id"),
                params(message),
                Tags.of(message.messages("tags"))));
        return Json.ok(Store.POSTGRESQL, LoggedModelJson.model(model));
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/logged-models/{modelId}",
                AJAX + "/logged-models/{modelId}",
                API_3 + "/logged-models/{modelId}",
                AJAX_3 + "/logged-models/{modelId}"
            })
    HttpResponse<byte[]> get(MlflowRequest request, String modelId) {
        boolean allowDeleted = request.read(GET).text("allow_deleted").equalsIgnoreCase("true");
        return Json.ok(Store.POSTGRESQL, LoggedModelJson.model(models.get(modelId, allowDeleted)));
    }

    @Access(AccessLevel.WRITE)
    @Patch(
            uris = {
                API + "/logged-models/{modelId}",
                AJAX + "/logged-models/{modelId}",
                API_3 + "/logged-models/{modelId}",
                AJAX_3 + "/logged-models/{modelId}"
            })
    HttpResponse<byte[]> finish(MlflowRequest request, String modelId) {
        Message message = request.read(FINISH);
        var status = ModelStatus.valueOf(message.choice("status").substring("LOGGED_MODEL_".length()));
        return Json.ok(Store.POSTGRESQL, LoggedModelJson.model(models.finish(message.text("model_id"), status)));
    }

    @Access(AccessLevel.WRITE)
    @Delete(
            uris = {
                API + "/logged-models/{modelId}",
                AJAX + "/logged-models/{modelId}",
                API_3 + "/logged-models/{modelId}",
                AJAX_3 + "/logged-models/{modelId}"
            })
    HttpResponse<byte[]> delete(String modelId) {
        models.delete(modelId);
        return Done.empty();
    }

    @Access(AccessLevel.WRITE)
    @Patch(
            uris = {
                API + "/logged-models/{modelId}/tags",
                AJAX + "/logged-models/{modelId}/tags",
                API_3 + "/logged-models/{modelId}/tags",
                AJAX_3 + "/logged-models/{modelId}/tags"
            })
    HttpResponse<byte[]> setTags(MlflowRequest request, String modelId) {
        models.setTags(modelId, Tags.of(request.read(SET_TAGS).messages("tags")));
        return Done.empty();
    }

    @Access(AccessLevel.WRITE)
    @Delete(
            uris = {
                API + "/logged-models/{modelId}/tags/{+key}",
                AJAX + "/logged-models/{modelId}/tags/{+key}",
                API_3 + "/logged-models/{modelId}/tags/{+key}",
                AJAX_3 + "/logged-models/{modelId}/tags/{+key}"
            })
    HttpResponse<byte[]> deleteTag(HttpRequest<?> request, String modelId, String key) {
        models.deleteTag(modelId, ArtifactPaths.below(request, "/tags/")); // A key may hold anything, slashes too.
        return Done.empty();
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/logged-models/{modelId}/params",
                AJAX + "/logged-models/{modelId}/params",
                API_3 + "/logged-models/{modelId}/params",
                AJAX_3 + "/logged-models/{modelId}/params"
            })
    HttpResponse<byte[]> addParams(MlflowRequest request, String modelId) {
        Message message = request.read(ADD_PARAMS);
        models.addParams(modelId, params(message));
        return Done.empty();
    }

    @Access(AccessLevel.READ)
    @Post(
            uris = {
                API + "/logged-models/search",
                AJAX + "/logged-models/search",
                API_3 + "/logged-models/search",
                AJAX_3 + "/logged-models/search"
            })
    HttpResponse<byte[]> search(MlflowRequest request) {
        Message message = request.read(SEARCH);
        var query = new ModelQuery(
                message.texts("experiment_ids"),
                Limits.nullIfEmpty(message.text("filter")),
                message.messages("datasets").stream()
                        .map(dataset -> new ModelDataset(
                                dataset.text("dataset_name"), Limits.nullIfEmpty(dataset.text("dataset_digest"))))
                        .toList(),
                Limits.loggedModelsAPage(message.int32OrNull("max_results")),
                message.messages("order_by").stream()
                        .map(by -> new ModelOrder(
                                by.text("field_name"),
                                Objects.requireNonNullElse(by.boolOrNull("ascending"), true),
                                Limits.nullIfEmpty(by.text("dataset_name")),
                                Limits.nullIfEmpty(by.text("dataset_digest"))))
                        .toList(),
                Limits.nullIfEmpty(message.text("page_token")));
        return Json.ok(Store.POSTGRESQL, LoggedModelJson.page(models.search(query)));
    }

    private static List<Param> params(Message message) {
        return message.messages("params").stream().map(Logged::param).toList();
    }
}
