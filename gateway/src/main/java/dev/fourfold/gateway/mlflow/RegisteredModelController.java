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
import dev.fourfold.metadata.registry.AliasName;
import dev.fourfold.metadata.registry.CreateRegisteredModel;
import dev.fourfold.metadata.registry.LatestVersions;
import dev.fourfold.metadata.registry.ModelTag;
import dev.fourfold.metadata.registry.ModelTagKey;
import dev.fourfold.metadata.registry.ModelVersionOperations;
import dev.fourfold.metadata.registry.RegisteredModel;
import dev.fourfold.metadata.registry.RegisteredModelOperations;
import dev.fourfold.metadata.registry.RegisteredModelQuery;
import dev.fourfold.metadata.registry.RenameRegisteredModel;
import dev.fourfold.metadata.registry.SetAlias;
import dev.fourfold.metadata.registry.UpdateRegisteredModel;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;

/** MLflow's registered models and their aliases. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class RegisteredModelController {

    private static final Shape NAMED = Shape.of(Field.text("name").asRequired());
    private static final Shape CREATE =
            Shape.of(Field.text("name").asRequired(), Field.messages("tags", Tags.TAG), Field.text("description"));
    private static final Shape UPDATE = Shape.of(Field.text("name").asRequired(), Field.text("description"));
    private static final Shape RENAME =
            Shape.of(Field.text("name").asRequired(), Field.text("new_name").asRequired());
    private static final Shape SEARCH = Shape.of(
            Field.text("filter"), Field.int32("max_results"), Field.texts("order_by"), Field.text("page_token"));
    private static final Shape LATEST = Shape.of(Field.text("name").asRequired(), Field.texts("stages"));
    private static final Shape SET_TAG =
            Shape.of(Field.text("name").asRequired(), Field.text("key").asRequired(), Field.text("value"));
    private static final Shape DELETE_TAG =
            Shape.of(Field.text("name").asRequired(), Field.text("key").asRequired());
    private static final Shape ALIAS =
            Shape.of(Field.text("name").asRequired(), Field.text("alias").asRequired());
    private static final Shape SET_ALIAS = Shape.of(
            Field.text("name").asRequired(),
            Field.text("alias").asRequired(),
            Field.text("version").asRequired());

    private final RegisteredModelOperations models;
    private final ModelVersionOperations versions;
    private final HotAnswers answers;

    RegisteredModelController(RegisteredModelOperations models, ModelVersionOperations versions, HotAnswers answers) {
        this.models = models;
        this.versions = versions;
        this.answers = answers;
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/registered-models/create",
                AJAX + "/registered-models/create",
                API_3 + "/registered-models/create",
                AJAX_3 + "/registered-models/create"
            })
    HttpResponse<byte[]> create(MlflowRequest request) {
        Message message = request.read(CREATE);
        return answer(models.create(new CreateRegisteredModel(
                message.text("name"), message.textOrNull("description"), Tags.of(message.messages("tags")))));
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/registered-models/get",
                AJAX + "/registered-models/get",
                API_3 + "/registered-models/get",
                AJAX_3 + "/registered-models/get"
            })
    HttpResponse<byte[]> get(MlflowRequest request) {
        String name = request.read(NAMED).text("name");
        return Json.hot(answers.read(
                "mlflow:registered-model:" + name,
                () -> new LoadedAnswer(RegistryJson.model(models.get(name)), Subjects.ofModel(name))));
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/registered-models/search",
                AJAX + "/registered-models/search",
                API_3 + "/registered-models/search",
                AJAX_3 + "/registered-models/search"
            })
    HttpResponse<byte[]> search(MlflowRequest request) {
        Message message = request.read(SEARCH);
        var query = new RegisteredModelQuery(
                Limits.nullIfEmpty(message.text("filter")),
                message.texts("order_by"),
                Limits.registeredModelsAPage(message.int32OrNull("max_results")),
                Limits.nullIfEmpty(message.text("page_token")));
        return Json.ok(Store.POSTGRESQL, RegistryJson.models(models.search(query)));
    }

    @Access(AccessLevel.WRITE)
    @Patch(
            uris = {
                API + "/registered-models/update",
                AJAX + "/registered-models/update",
                API_3 + "/registered-models/update",
                AJAX_3 + "/registered-models/update"
            })
    HttpResponse<byte[]> update(MlflowRequest request) {
        Message message = request.read(UPDATE);
        var update = new UpdateRegisteredModel(message.text("name"), message.textOrNull("description"));
        return answer(answers.write(Subjects.touchedByModelChange(update.name()), () -> models.update(update)));
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/registered-models/rename",
                AJAX + "/registered-models/rename",
                API_3 + "/registered-models/rename",
                AJAX_3 + "/registered-models/rename"
            })
    HttpResponse<byte[]> rename(MlflowRequest request) {
        Message message = request.read(RENAME);
        var rename = new RenameRegisteredModel(message.text("name"), message.text("new_name"));
        return answer(answers.write(
                Subjects.touchedByModelRename(rename.name(), rename.newName()), () -> models.rename(rename)));
    }

    @Access(AccessLevel.WRITE)
    @Delete(
            uris = {
                API + "/registered-models/delete",
                AJAX + "/registered-models/delete",
                API_3 + "/registered-models/delete",
                AJAX_3 + "/registered-models/delete"
            })
    HttpResponse<byte[]> delete(MlflowRequest request) {
        String name = request.read(NAMED).text("name");
        return Done.after(answers, Subjects.touchedByModelChange(name), () -> models.delete(name));
    }

    @Access(AccessLevel.READ)
    @Post(
            uris = {
                API + "/registered-models/get-latest-versions",
                AJAX + "/registered-models/get-latest-versions",
                API_3 + "/registered-models/get-latest-versions",
                AJAX_3 + "/registered-models/get-latest-versions"
            })
    HttpResponse<byte[]> latestVersions(MlflowRequest request) {
        Message message = request.read(LATEST);
        var latest = new LatestVersions(message.text("name"), message.texts("stages"));
        // With their number: a stage that has a comma in it is none, and must not be answered as two that are.
        String stages = latest.stages().size() + ":" + String.join(",", latest.stages());
        return Json.hot(answers.read(
                "mlflow:latest-versions:" + latest.name() + ":" + stages,
                () -> new LoadedAnswer(
                        RegistryJson.versions(models.latestVersions(latest)), Subjects.ofModel(latest.name()))));
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/registered-models/get-latest-versions",
                AJAX + "/registered-models/get-latest-versions",
                API_3 + "/registered-models/get-latest-versions",
                AJAX_3 + "/registered-models/get-latest-versions"
            })
    HttpResponse<byte[]> latestVersionsByQuery(MlflowRequest request) {
        return latestVersions(request);
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/registered-models/set-tag",
                AJAX + "/registered-models/set-tag",
                API_3 + "/registered-models/set-tag",
                AJAX_3 + "/registered-models/set-tag"
            })
    HttpResponse<byte[]> setTag(MlflowRequest request) {
        Message message = request.read(SET_TAG);
        var tag = new ModelTag(message.text("name"), Tags.of(message));
        return Done.after(answers, Subjects.touchedByModelChange(tag.name()), () -> models.setTag(tag));
    }

    @Access(AccessLevel.WRITE)
    @Delete(
            uris = {
                API + "/registered-models/delete-tag",
                AJAX + "/registered-models/delete-tag",
                API_3 + "/registered-models/delete-tag",
                AJAX_3 + "/registered-models/delete-tag"
            })
    HttpResponse<byte[]> deleteTag(MlflowRequest request) {
        Message message = request.read(DELETE_TAG);
        var tag = new ModelTagKey(message.text("name"), message.text("key"));
        return Done.after(answers, Subjects.touchedByModelChange(tag.name()), () -> models.deleteTag(tag));
    }

    @Access(AccessLevel.WRITE)
    @Post(
            uris = {
                API + "/registered-models/alias",
                AJAX + "/registered-models/alias",
                API_3 + "/registered-models/alias",
                AJAX_3 + "/registered-models/alias"
            })
    HttpResponse<byte[]> setAlias(MlflowRequest request) {
        Message message = request.read(SET_ALIAS);
        var alias = new SetAlias(message.text("name"), message.text("alias"), message.text("version"));
        return Done.after(answers, Subjects.touchedByModelChange(alias.name()), () -> models.setAlias(alias));
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/registered-models/alias",
                AJAX + "/registered-models/alias",
                API_3 + "/registered-models/alias",
                AJAX_3 + "/registered-models/alias"
            })
    HttpResponse<byte[]> versionByAlias(MlflowRequest request) {
        Message message = request.read(ALIAS);
        var alias = new AliasName(message.text("name"), message.text("alias"));
        return Json.hot(answers.read(
                "mlflow:model-alias:" + alias.name() + ":" + alias.alias(),
                () -> new LoadedAnswer(
                        RegistryJson.version(versions.getByAlias(alias)), Subjects.ofModel(alias.name()))));
    }

    @Access(AccessLevel.WRITE)
    @Delete(
            uris = {
                API + "/registered-models/alias",
                AJAX + "/registered-models/alias",
                API_3 + "/registered-models/alias",
                AJAX_3 + "/registered-models/alias"
            })
    HttpResponse<byte[]> deleteAlias(MlflowRequest request) {
        Message message = request.read(ALIAS);
        var alias = new AliasName(message.text("name"), message.text("alias"));
        return Done.after(answers, Subjects.touchedByModelChange(alias.name()), () -> models.deleteAlias(alias));
    }

    private static HttpResponse<byte[]> answer(RegisteredModel model) {
        return Json.ok(Store.POSTGRESQL, RegistryJson.model(model));
    }
}
