package dev.fourfold.gateway.v1;

import dev.fourfold.cache.state.Removed;
import dev.fourfold.cache.state.SetValue;
import dev.fourfold.cache.state.StoredValue;
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
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import org.jspecify.annotations.Nullable;

/** Small values that many workers share, each with a version to compare and set. */
@Controller(V1.PATH + "/state/{namespace}/values/{name}")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class ValueController {

    /** The largest value with every character escaped as JSON may have it, and what is around it. */
    private static final int BODY_LIMIT = 6 * ValueOperations.MOST_VALUE_BYTES + 64 * 1024;

    private final ValueOperations values;
    private final Grounds grounds;

    ValueController(ValueOperations values, Grounds grounds) {
        this.values = values;
        this.grounds = grounds;
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> get(String namespace, String name) {
        return answer(name, grounds.in(namespace, () -> values.get(namespace, name), () -> {
            throw Grounds.nothingIn(namespace);
        }));
    }

    @Access(AccessLevel.WRITE)
    @Put
    HttpResponse<byte[]> set(HttpRequest<?> request, String namespace, String name) {
        var body = BodyFields.of(request, BODY_LIMIT, "value", "ttl_ms", "version", "request_id");
        var value = new SetValue(
                body.text("value"),
                body.wholeOrNull("ttl_ms"),
                body.wholeOrNull("version"),
                body.textOrNull("request_id"));
        return answer(name, grounds.on(namespace, () -> values.set(namespace, name, value)));
    }

    @Access(AccessLevel.WRITE)
    @Delete
    HttpResponse<byte[]> remove(HttpRequest<?> request, String namespace, String name) {
        var query = new Query(request).only("version", "request_id");
        @Nullable Long version = query.wholeOrNull("version");
        @Nullable String requestId = query.text("request_id");
        Removed removed = grounds.in(
                namespace, () -> values.remove(namespace, name, version, requestId), () -> new Removed(false));
        return Json.ok(Store.REDIS, Json.bytes(out -> {
            out.writeStartObject();
            out.writeBooleanField("removed", removed.found());
            out.writeEndObject();
        }));
    }

    private static HttpResponse<byte[]> answer(String name, StoredValue value) {
        return Json.ok(Store.REDIS, Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("key", name);
            out.writeStringField("value", value.value());
            out.writeNumberField("version", value.version());
            Long remaining = value.remainingMillis();
            if (remaining != null) {
                out.writeNumberField("expires_in_ms", remaining);
            }
            out.writeEndObject();
        }));
    }
}
