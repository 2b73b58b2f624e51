package dev.fourfold.gateway.v1;

import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** This family as a document for programs (OpenAPI 3.1). It says nothing of anybody's data, so strangers may read it. */
@Controller(OpenApiController.PATH)
@Produces(MediaType.ALL)
final class OpenApiController {

    static final String PATH = V1.PATH + "/openapi.yaml";

    /** By RFC 9512. */
    private static final MediaType YAML = new MediaType("application/yaml");

    private final byte[] document;

    OpenApiController() throws IOException {
        try (InputStream in = Objects.requireNonNull(OpenApiController.class.getResourceAsStream("/openapi.yaml"))) {
            document = in.readAllBytes();
        }
    }

    @Access(AccessLevel.PUBLIC)
    @Get
    HttpResponse<byte[]> document() {
        return HttpResponse.ok(document).contentType(YAML);
    }
}
