package dev.fourfold.gateway.v1;

import dev.fourfold.contract.JournalOperations;
import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.contract.http.RequestThreads;
import dev.fourfold.gateway.answers.CacheCounts;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.SweptLines;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** How the platform is: the gateway, which answers, and each store and journal, asked at once for at most a second. */
@Controller(V1.PATH + "/health")
@Produces(MediaType.ALL)
final class HealthController {

    private final List<StoreOperations> stores;
    private final List<JournalOperations> journals;
    private final LogOperations logs;
    private final HotAnswers answers;

    HealthController(
            List<StoreOperations> stores, List<JournalOperations> journals, LogOperations logs, HotAnswers answers) {
        this.stores = stores;
        this.journals = journals;
        this.logs = logs;
        this.answers = answers;
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> health() throws InterruptedException {
        List<StoreStatus> statuses;
        List<JournalStatus> waiting;
        List<SweptLines> swept;
        try (var asking = RequestThreads.perTask()) {
            Future<List<JournalStatus>> asked = asking.submit(this::askJournals);
            Future<List<SweptLines>> sweeps = asking.submit(logs::swept);
            statuses = ask(asking);
            waiting = asked.get();
            swept = sweeps.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Journals and sweeps cannot be asked", e);
        }
        boolean all = statuses.stream().allMatch(StoreStatus::available)
                && waiting.stream().allMatch(JournalStatus::available);
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
            out.writeArrayFieldStart("journals");
            for (JournalStatus journal : waiting) {
                out.writeStartObject();
                out.writeStringField("service", journal.service());
                out.writeStringField("instance", journal.instance());
                out.writeBooleanField("available", journal.available());
                if (journal.available()) {
                    out.writeNumberField("records", journal.records());
                    out.writeNumberField("bytes", journal.bytes());
                    out.writeNumberField("oldest_age_ms", journal.oldestAgeMillis());
                    out.writeNumberField("held_bytes", journal.heldBytes());
                    out.writeNumberField("max_bytes", journal.maxBytes());
                }
                if (journal.detail() != null) {
                    out.writeStringField("detail", journal.detail());
                }
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeArrayFieldStart("swept_lines");
            for (SweptLines one : swept) {
                out.writeStartObject();
                out.writeStringField("instance", one.instance());
                out.writeBooleanField("store_expires", one.storeExpires());
                out.writeNumberField("runs", one.runs());
                out.writeNumberField("buckets", one.buckets());
                out.writeNumberField("lines", one.lines());
                if (one.lastMillis() != null) {
                    out.writeNumberField("last_ms", one.lastMillis());
                }
                out.writeEndObject();
            }
            out.writeEndArray();
            CacheCounts counts = answers.counts();
            out.writeObjectFieldStart("cache");
            out.writeNumberField("hits", counts.hits());
            out.writeNumberField("misses", counts.misses());
            out.writeNumberField("hit_ratio", counts.ratio());
            out.writeEndObject();
            out.writeEndObject();
        }));
    }

    private List<StoreStatus> ask(ExecutorService asking) throws InterruptedException {
        List<Future<StoreStatus>> asked = asking.invokeAll(stores.stream()
                .map(store -> (Callable<StoreStatus>) store::status)
                .toList());
        return asked.stream().map(HealthController::status).toList();
    }

    private List<JournalStatus> askJournals() {
        return journals.stream()
                .flatMap(service -> service.journals().stream())
                .sorted(Comparator.comparing(JournalStatus::service))
                .toList();
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
