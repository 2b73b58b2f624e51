package dev.fourfold.gateway.v1;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;

/** Registered models, as whoever serves one asks for it: by one address, in one call. */
@Controller(V1.PATH + "/models")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class ModelController {

    private final ModelReader models;
    private final HotAnswers answers;

    ModelController(ModelReader models, HotAnswers answers) {
        this.models = models;
        this.answers = answers;
    }

    @Access(AccessLevel.READ)
    @Get("/resolve")
    HttpResponse<byte[]> resolve(HttpRequest<?> request) {
        String uri = new Query(request).text("uri");
        if (uri == null) {
            throw new Problem.InvalidArgument("The parameter 'uri' is missing: models:/name@alias, models:/name/version"
                            + " or models:/name/stage.")
                    .toException();
        }
        return Json.hot(answers.read("v1:model:" + uri, () -> models.load(uri)));
    }
}
