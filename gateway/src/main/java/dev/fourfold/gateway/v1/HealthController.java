package dev.fourfold.gateway.v1;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How the platform is: the gateway, which answers, and each store, asked at once for at most a second. */
@Controller(V1.PATH + "/health")
@Produces(MediaType.ALL)
final class HealthController {

    private final List<StoreOperations> stores;

    HealthController(List<StoreOperations> stores) {
        this.stores = stores;
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> health() throws InterruptedException {
        List<StoreStatus> statuses = ask();
        boolean all = statuses.stream().allMatch(StoreStatus::available);
        return Json.ok(Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("status", all ? "up" : "degraded");
            out.writeArrayFieldStart("stores");
            for (StoreStatus status : statuses) {
                out.writeStartObject();
                out.writeStringField("part", status.part());
                out.writeStringField("engine", status.engine());
                if (status.version() != null) {
                    out.writeStringField("version", status.version());
                }
                out.writeStringField("where", status.where());
                out.writeBooleanField("available", status.available());
                if (status.detail() != null) {
                    out.writeStringField("detail", status.detail());
                }
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        }));
    }

    private List<StoreStatus> ask() throws InterruptedException {
        try (var asking = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<StoreStatus>> asked = asking.invokeAll(stores.stream()
                    .map(store -> (java.util.concurrent.Callable<StoreStatus>) store::status)
                    .toList());
            return asked.stream().map(HealthController::status).toList();
        }
    }

    /** What is told of a service that cannot even say how its store is. */
    private static StoreStatus status(Future<StoreStatus> asked) {
        return switch (asked.state()) {
            case SUCCESS -> asked.resultNow();
            case FAILED, CANCELLED, RUNNING ->
                new StoreStatus("unknown", "unknown", null, "", false, "Its service does not answer.");
        };
    }
}
