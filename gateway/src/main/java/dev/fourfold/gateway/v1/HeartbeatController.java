package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.cache.heart.HeardHeart;
import dev.fourfold.gateway.heart.Hearts;
import dev.fourfold.gateway.heart.Hearts.HeardBeat;
import dev.fourfold.gateway.heart.Hearts.KnownHeart;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.heart.RunHeart;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A run's heart: who beats it is alive, and a run whose heart stops is marked as failed, with the reason. */
@Controller(V1.PATH + "/runs/{runId}/heartbeat")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class HeartbeatController {

    private static final long TTL_UNLESS_SAID = 60_000;

    private final Hearts hearts;

    HeartbeatController(Hearts hearts) {
        this.hearts = hearts;
    }

    @Access(AccessLevel.WRITE)
    @Put
    HttpResponse<byte[]> beat(HttpRequest<?> request, String runId) {
        BodyFields body = body(request);
        long ttl = Objects.requireNonNullElse(body.wholeOrNull("ttl_ms"), TTL_UNLESS_SAID);
        String worker = Objects.requireNonNullElse(body.textOrNull("worker"), "");
        HeardBeat heard = hearts.beat(runId, ttl, worker);
        return Json.ok(Store.REDIS, Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("run_id", runId);
            out.writeStringField("state", "beating");
            out.writeNumberField("beat_time", heard.atMillis());
            out.writeNumberField("ttl_ms", ttl);
            out.writeNumberField("next_by", heard.atMillis() + ttl);
            out.writeBooleanField("resumed", heard.silentSinceMillis() != null);
            write(out, "silent_since", heard.silentSinceMillis());
            out.writeEndObject();
        }));
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> get(String runId) {
        KnownHeart known = hearts.get(runId);
        RunHeart recorded = known.recorded();
        RunHeart.Heart heart = recorded.heart();
        HeardHeart heard = known.heard();
        return Json.ok(Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("run_id", recorded.runId());
            out.writeStringField("state", state(recorded, heard));
            out.writeStringField("run_status", recorded.status().name());
            if (heart != null) {
                write(out, heart, ofHeart(heard, heart));
            }
            out.writeBooleanField("beats_known", heard != null);
            out.writeEndObject();
        }));
    }

    @Access(AccessLevel.WRITE)
    @Delete
    HttpResponse<byte[]> remove(String runId) {
        hearts.remove(runId);
        return HttpResponse.noContent();
    }

    private static String state(RunHeart recorded, @Nullable HeardHeart heard) {
        RunHeart.Heart heart = recorded.heart();
        if (heart != null && heart.stoppedMillis() != null) {
            return "stopped";
        }
        if (!recorded.open()) {
            return "ended";
        }
        if (heart == null) {
            return "none";
        }
        HeardHeart own = ofHeart(heard, heart);
        return own != null && own.nowMillis() > own.atMillis() + own.ttlMillis() ? "late" : "beating";
    }

    /** What is heard of the heart that is recorded, and of no earlier one. */
    private static @Nullable HeardHeart ofHeart(@Nullable HeardHeart heard, RunHeart.Heart heart) {
        return heard != null && Objects.equals(heard.number(), heart.number()) ? heard : null;
    }

    private static void write(JsonGenerator out, RunHeart.Heart heart, @Nullable HeardHeart heard) throws IOException {
        out.writeNumberField("ttl_ms", heart.ttlMillis());
        out.writeStringField("worker", heard == null ? heart.worker() : heard.worker());
        out.writeNumberField("begin_time", heart.beginMillis());
        write(out, "last_beat", heard != null && heard.heard() ? heard.atMillis() : null);
        write(out, "next_by", heard == null ? null : heard.atMillis() + heard.ttlMillis());
        write(out, "silent_since", heart.silentSinceMillis());
        write(out, "stopped_time", heart.stoppedMillis());
        out.writeStringField("reason", heart.reason());
    }

    private static void write(JsonGenerator out, String name, @Nullable Long number) throws IOException {
        if (number == null) {
            out.writeNullField(name);
        } else {
            out.writeNumberField(name, number);
        }
    }

    /** A beat may come without a body. */
    private static BodyFields body(HttpRequest<?> request) {
        if (request.getContentType().isEmpty() && Bodies.readText(request, JsonBody.SMALL).length == 0) {
            return new BodyFields(Map.of());
        }
        return BodyFields.of(request, JsonBody.SMALL, "ttl_ms", "worker");
    }
}
