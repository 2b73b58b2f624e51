package dev.fourfold.gateway.v1;

import dev.fourfold.cache.state.Addition;
import dev.fourfold.cache.state.Count;
import dev.fourfold.cache.state.Removed;
import dev.fourfold.cache.state.ValueOperations;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.gateway.state.Grounds;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Counters that count each request once. */
@Controller(V1.PATH + "/state/{namespace}/counters/{name}")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class CounterController {

    private final ValueOperations values;
    private final Grounds grounds;

    CounterController(ValueOperations values, Grounds grounds) {
        this.values = values;
        this.grounds = grounds;
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> count(String namespace, String name) {
        return answer(name, grounds.in(namespace, () -> values.count(namespace, name), () -> {
            throw Grounds.nothingIn(namespace);
        }));
    }

    @Access(AccessLevel.WRITE)
    @Post("/add")
    HttpResponse<byte[]> add(HttpRequest<?> request, String namespace, String name) {
        var body = BodyFields.of(request, JsonBody.SMALL, "by", "request_id");
        var addition =
                new Addition(Objects.requireNonNullElse(body.wholeOrNull("by"), 1L), body.textOrNull("request_id"));
        return answer(name, grounds.on(namespace, () -> values.add(namespace, name, addition)));
    }

    @Access(AccessLevel.WRITE)
    @Delete
    HttpResponse<byte[]> remove(HttpRequest<?> request, String namespace, String name) {
        @Nullable String requestId = new Query(request).only("request_id").text("request_id");
        Removed removed =
                grounds.in(namespace, () -> values.removeCounter(namespace, name, requestId), () -> new Removed(false));
        return Json.ok(Store.REDIS, Json.bytes(out -> {
            out.writeStartObject();
            out.writeBooleanField("removed", removed.found());
            out.writeEndObject();
        }));
    }

    private static HttpResponse<byte[]> answer(String name, Count count) {
        return Json.ok(Store.REDIS, Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("counter", name);
            out.writeNumberField("value", count.value());
            out.writeEndObject();
        }));
    }
}
