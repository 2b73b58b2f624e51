package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;

/**
 * The search for logged models. They cannot be created here yet, so every search finds none; the route is there because
 * MLflow's client asks it whenever a folder of a run's artifacts is listed, and gives up where it is missing.
 */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class LoggedModelController {

    private static final Shape SEARCH = Shape.of(Field.texts("experiment_ids").asRequired());
    private static final byte[] NONE = {'{', '}'};

    @Access(AccessLevel.READ)
    @Post(
            uris = {
                API + "/logged-models/search",
                AJAX + "/logged-models/search",
                API_3 + "/logged-models/search",
                AJAX_3 + "/logged-models/search"
            })
    HttpResponse<byte[]> search(MlflowRequest request) {
        request.read(SEARCH);
        return Json.ok(NONE);
    }
}
