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
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.registry.CreateModelVersion;
import dev.fourfold.metadata.registry.ModelVersion;
import dev.fourfold.metadata.registry.ModelVersionName;
import dev.fourfold.metadata.registry.ModelVersionOperations;
import dev.fourfold.metadata.registry.ModelVersionQuery;
import dev.fourfold.metadata.registry.ModelVersionTag;
import dev.fourfold.metadata.registry.ModelVersionTagKey;
import dev.fourfold.metadata.registry.MoveToStage;
import dev.fourfold.metadata.registry.UpdateModelVersion;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.util.function.Supplier;

/** MLflow's versions of registered models. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class ModelVersionController {

    private static final Shape NUMBERED =
            Shape.of(Field.text("name").asRequired(), Field.text("version").asRequired());

    /** MLflow requires nothing here, and says of an empty number that it is none. */
    private static final Shape DOWNLOAD = Shape.of(Field.text("name"), Field.text("version"));

    private static final Shape CREATE = Shape.of(
            Field.text("name").asRequired(),
            Field.text("source").asRequired(),
            Field.text("run_id"),
            Field.messages("tags", Tags.TAG),
            Field.text("run_link"),
            Field.text("description"),
            Field.text("model_id"));
    private static final Shape SEARCH = Shape.of(
            Field.text("filter"), Field.int32("max_results"), Field.texts("order_by"), Field.text("page_token"));
    private static final Shape UPDATE =
            Shape.of(Field.text("name").asRequired(), Field.text("version").asRequired(), Field.text("description"));
    private static final Shape TRANSITION = Shape.of(
            Field.text("name").asRequired(),
            Field.text("version").asRequired(),
            Field.text("stage").asRequired(),
            Field.bool("archive_existing_versions"));
    private static final Shape SET_TAG = Shape.of(
            Field.text("name").asRequired(),
            Field.text("version").asRequired(),
            Field.text("key").asRequired(),
            Field.text("value"));
    private static final Shape DELETE_TAG = Shape.of(
            Field.text("name").asRequired(),
            Field.text("version").asRequired(),
            Field.text("key").asRequired());

    private final ModelVersionOperations versions;
    private final HotAnswers answers;

    ModelVersionController(ModelVersionOperations versions, HotAnswers answers) {
        this.versions = versions;
        this.answers = answers;
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/model-versions/create",
                AJAX + "/model-versions/create",
                API_3 + "/model-versions/create",
                AJAX_3 + "/model-versions/create"
            })
    HttpResponse<byte[]> create(MlflowRequest request) {
        Message message = request.read(CREATE);
        var create = new CreateModelVersion(
                message.text("name"),
                message.text("source"),
                message.textOrNull("run_id"),
                message.textOrNull("model_id"),
                Tags.of(message.messages("tags")),
                message.text("run_link"),
                message.text("description"));
        return answer(changed(create.name(), () -> versions.create(create)));
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/model-versions/get",
                AJAX + "/model-versions/get",
                API_3 + "/model-versions/get",
                AJAX_3 + "/model-versions/get"
            })
    HttpResponse<byte[]> get(MlflowRequest request) {
        var version = named(request.read(NUMBERED));
        return hot("mlflow:model-version:", version, () -> RegistryJson.version(versions.get(version)));
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/model-versions/get-download-uri",
                AJAX + "/model-versions/get-download-uri",
                API_3 + "/model-versions/get-download-uri",
                AJAX_3 + "/model-versions/get-download-uri"
            })
    HttpResponse<byte[]> downloadUri(MlflowRequest request) {
        var version = named(request.read(DOWNLOAD));
        return hot(
                "mlflow:model-version-files:",
                version,
                () -> RegistryJson.artifactUri(versions.downloadUri(version).artifactUri()));
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/model-versions/search",
                AJAX + "/model-versions/search",
                API_3 + "/model-versions/search",
                AJAX_3 + "/model-versions/search"
            })
    HttpResponse<byte[]> search(MlflowRequest request) {
        Message message = request.read(SEARCH);
        var query = new ModelVersionQuery(
                Limits.nullIfEmpty(message.text("filter")),
                message.texts("order_by"),
                Limits.modelVersionsAPage(message.int32OrNull("max_results")),
                Limits.nullIfEmpty(message.text("page_token")));
        return Json.ok(Store.POSTGRESQL, RegistryJson.versions(versions.search(query)));
    }

    @Access(AccessLevel.WRITE)
    @Patch(
            uris = {
                API + "/model-versions/update",
                AJAX + "/model-versions/update",
                API_3 + "/model-versions/update",
                AJAX_3 + "/model-versions/update"
            })
    HttpResponse<byte[]> update(MlflowRequest request) {
        Message message = request.read(UPDATE);
        var update = new UpdateModelVersion(
                message.text("name"), message.text("version"), message.textOrNull("description"));
        return answer(changed(update.name(), () -> versions.update(update)));
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/model-versions/transition-stage",
                AJAX + "/model-versions/transition-stage",
                API_3 + "/model-versions/transition-stage",
                AJAX_3 + "/model-versions/transition-stage"
            })
    HttpResponse<byte[]> transitionStage(MlflowRequest request) {
        Message message = request.read(TRANSITION);
        var move = new MoveToStage(
                message.text("name"),
                message.text("version"),
                message.text("stage"),
                message.bool("archive_existing_versions"));
        return answer(changed(move.name(), () -> versions.moveToStage(move)));
    }

    @Access(AccessLevel.WRITE)
    @Delete(
            uris = {
                API + "/model-versions/delete",
                AJAX + "/model-versions/delete",
                API_3 + "/model-versions/delete",
                AJAX_3 + "/model-versions/delete"
            })
    HttpResponse<byte[]> delete(MlflowRequest request) {
        var version = named(request.read(NUMBERED));
        return Done.after(answers, Subjects.touchedByModelChange(version.name()), () -> versions.delete(version));
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/model-versions/set-tag",
                AJAX + "/model-versions/set-tag",
                API_3 + "/model-versions/set-tag",
                AJAX_3 + "/model-versions/set-tag"
            })
    HttpResponse<byte[]> setTag(MlflowRequest request) {
        Message message = request.read(SET_TAG);
        var tag = new ModelVersionTag(message.text("name"), message.text("version"), Tags.of(message));
        return Done.after(answers, Subjects.touchedByModelChange(tag.name()), () -> versions.setTag(tag));
    }

    @Access(AccessLevel.WRITE)
    @Delete(
            uris = {
                API + "/model-versions/delete-tag",
                AJAX + "/model-versions/delete-tag",
                API_3 + "/model-versions/delete-tag",
                AJAX_3 + "/model-versions/delete-tag"
            })
    HttpResponse<byte[]> deleteTag(MlflowRequest request) {
        Message message = request.read(DELETE_TAG);
        var tag = new ModelVersionTagKey(message.text("name"), message.text("version"), message.text("key"));
        return Done.after(answers, Subjects.touchedByModelChange(tag.name()), () -> versions.deleteTag(tag));
    }

    private HttpResponse<byte[]> hot(String kind, ModelVersionName version, Supplier<byte[]> render) {
        return Json.hot(answers.read(
                kind + version.name() + ":" + version.version(),
                () -> new LoadedAnswer(render.get(), Subjects.ofModel(version.name()))));
    }

    private <T> T changed(String model, Supplier<T> change) {
        return answers.write(Subjects.touchedByModelChange(model), change);
    }

    private static ModelVersionName named(Message message) {
        return new ModelVersionName(message.text("name"), message.text("version"));
    }

    private static HttpResponse<byte[]> answer(ModelVersion version) {
        return Json.ok(Store.POSTGRESQL, RegistryJson.version(version));
    }
}
