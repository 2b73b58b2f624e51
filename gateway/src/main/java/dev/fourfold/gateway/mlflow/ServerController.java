package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;

/** What MLflow's clients ask a server about itself. */
@Controller
@Produces(MediaType.ALL)
final class ServerController {

    /** The version of MLflow whose protocol this is; clients choose by it what they send. */
    private static final String MLFLOW_VERSION = "3.17.2";

    private static final byte[] INFO = Json.bytes(out -> {
        out.writeStartObject();
        out.writeStringField("store_type", "SqlStore");
        out.writeBooleanField("workspaces_enabled", false);
        out.writeBooleanField("trace_archival_enabled", false);
        out.writeBooleanField("multipart_uploads_enabled", false);
        out.writeBooleanField("multipart_downloads_enabled", false);
        out.writeBooleanField("presigned_upload_run_id_supported", false);
        out.writeBooleanField("presigned_upload_model_id_supported", false);
        out.writeObjectFieldStart("features_enabled");
        out.writeBooleanField("gateway", false);
        out.writeEndObject();
        out.writeEndObject();
    });

    @Access(AccessLevel.PUBLIC)
    @Get("/health")
    HttpResponse<String> health() {
        return HttpResponse.ok("OK").contentType(MediaType.TEXT_PLAIN_TYPE);
    }

    @Access(AccessLevel.PUBLIC)
    @Get("/version")
    HttpResponse<String> version() {
        return HttpResponse.ok(MLFLOW_VERSION).contentType(MediaType.TEXT_PLAIN_TYPE);
    }

    @Access(AccessLevel.PUBLIC)
    @Get(uris = {API_3 + "/server-info", AJAX_3 + "/server-info"})
    HttpResponse<byte[]> info() {
        return Json.ok(INFO);
    }
}
