package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.artifacts.TransferOperations;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
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

    /** Tells MLflow's page to send nobody any report of what its users do. */
    private static final byte[] NO_TELEMETRY = Json.bytes(out -> {
        out.writeStartObject();
        out.writeArrayFieldStart("disable_ui_events");
        out.writeEndArray();
        out.writeBooleanField("disable_ui_telemetry", true);
        out.writeNumberField("ui_rollout_percentage", 0);
        out.writeEndObject();
    });

    private static final byte[] NOT_TAKEN = Json.bytes(out -> {
        out.writeStartObject();
        out.writeStringField("status", "disabled");
        out.writeEndObject();
    });

    private static final byte[] NOTHING = {'{', '}'};

    /** What MLflow's page gets where no gateway to language models is configured. */
    private static final byte[] NO_ENDPOINTS = Json.bytes(out -> {
        out.writeStartObject();
        out.writeArrayFieldStart("endpoints");
        out.writeEndArray();
        out.writeEndObject();
    });

    @Access(AccessLevel.READ)
    @Get(AJAX_3 + "/ui-telemetry")
    HttpResponse<byte[]> telemetry() {
        return Json.ok(NO_TELEMETRY);
    }

    /** Reports are not even read. */
    @Access(AccessLevel.READ)
    @Post(AJAX_3 + "/ui-telemetry")
    @Consumes(MediaType.ALL)
    HttpResponse<byte[]> takeTelemetry() {
        return Json.ok(NOT_TAKEN);
    }

    @Access(AccessLevel.READ)
    @Get(AJAX + "/gateway-proxy")
    HttpResponse<byte[]> gatewayProxy() {
        return Json.ok(NO_ENDPOINTS);
    }

    /**
     * No traces are kept yet, and the protocol's own routes for them answer as an unknown route does. MLflow's page asks
     * for some on each experiment's first view and would show an error for each; here it is told that there are none.
     */
    @Access(AccessLevel.READ)
    @Post(uris = {AJAX_3 + "/traces/search", AJAX_3 + "/traces/metrics"})
    @Consumes(MediaType.ALL)
    HttpResponse<byte[]> noTraces() {
        return Json.ok(NOTHING);
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
