package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What MLflow's clients ask a server about itself. */
@Controller
@Produces(MediaType.ALL)
final class ServerController {

    private static final Logger LOG = LoggerFactory.getLogger(ServerController.class);

    /** The version of MLflow whose protocol this is; clients choose by it what they send. */
    private static final String MLFLOW_VERSION = "3.17.2";

    private static final byte[] WITH_TRANSFERS = info(true);
    private static final byte[] WITHOUT_TRANSFERS = info(false);

    private final TransferOperations transfers;

    ServerController(TransferOperations transfers) {
        this.transfers = transfers;
    }

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
        return Json.ok(transfersOffered() ? WITH_TRANSFERS : WITHOUT_TRANSFERS);
    }

    /** Whoever cannot be asked offers nothing: the proxy is always there. */
    private boolean transfersOffered() {
        try {
            return transfers.offer().direct();
        } catch (ProblemException e) {
            LOG.debug("artifact store not asked: {}", e.problem());
            return false;
        }
    }

    private static byte[] info(boolean transfers) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("store_type", "SqlStore");
            out.writeBooleanField("workspaces_enabled", false);
            out.writeBooleanField("trace_archival_enabled", false);
            out.writeBooleanField("multipart_uploads_enabled", transfers);
            out.writeBooleanField("multipart_downloads_enabled", transfers);
            // That the request is understood; whether a run's store can do it is told when it is asked.
            out.writeBooleanField("presigned_upload_run_id_supported", true);
            out.writeBooleanField("presigned_upload_model_id_supported", true);
            out.writeObjectFieldStart("features_enabled");
            out.writeBooleanField("gateway", false);
            out.writeEndObject();
            out.writeEndObject();
        });
    }
}
