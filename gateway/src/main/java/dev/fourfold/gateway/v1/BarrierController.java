package dev.fourfold.gateway.v1;

import dev.fourfold.cache.state.Arrival;
import dev.fourfold.cache.state.Barrier;
import dev.fourfold.cache.state.BarrierOperations;
import dev.fourfold.gateway.http.Admission;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.gateway.state.Barriers;
import dev.fourfold.gateway.state.Grounds;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.time.Duration;
import java.util.Objects;

/** Barriers: workers go on when all have come. */
@Controller(V1.PATH + "/state/{namespace}/barriers/{name}")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class BarrierController {

    private static final long LONGEST_WAIT_MILLIS = 20_000;

    private final BarrierOperations barriers;
    private final Barriers waiting;
    private final Grounds grounds;

    BarrierController(BarrierOperations barriers, Barriers waiting, Grounds grounds) {
        this.barriers = barriers;
        this.waiting = waiting;
        this.grounds = grounds;
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> read(String namespace, String name) {
        return answer(name, grounds.in(namespace, () -> barriers.read(namespace, name), () -> {
            throw Grounds.nothingIn(namespace);
        }));
    }

    @Access(AccessLevel.WRITE)
    @Post("/arrive")
    HttpResponse<byte[]> arrive(HttpRequest<?> request, String namespace, String name) {
        var body = BodyFields.of(request, JsonBody.SMALL, "worker", "parties", "generation", "wait_ms");
        var arrival = new Arrival(
                body.text("worker"),
                body.whole("parties"),
                Objects.requireNonNullElse(body.wholeOrNull("generation"), 1L));
        long wait = Objects.requireNonNullElse(body.wholeOrNull("wait_ms"), 0L);
        if (wait < 0 || wait > LONGEST_WAIT_MILLIS) {
            throw JsonBody.refusal("'wait_ms' is a whole number from 0 to " + LONGEST_WAIT_MILLIS);
        }
        if (wait > 0) {
            Admission.waitsForOthers(request);
        }
        return answer(name, waiting.arrive(namespace, name, arrival, Duration.ofMillis(wait)));
    }

    private static HttpResponse<byte[]> answer(String name, Barrier barrier) {
        return Json.ok(Store.REDIS, Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("barrier", name);
            out.writeNumberField("generation", barrier.generation());
            out.writeNumberField("arrived", barrier.arrived());
            out.writeNumberField("parties", barrier.parties());
            out.writeBooleanField("open", barrier.open());
            out.writeEndObject();
        }));
    }
}
