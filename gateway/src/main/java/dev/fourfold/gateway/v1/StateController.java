package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.cache.state.Usage;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.gateway.state.Grounds;
import dev.fourfold.metadata.state.DefineNamespace;
import dev.fourfold.metadata.state.NamespaceOperations;
import dev.fourfold.metadata.state.NamespacePage;
import dev.fourfold.metadata.state.StateNamespace;
import dev.fourfold.metadata.state.WhenFull;
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
import java.util.Locale;

/** Namespaces of shared training state: what each may hold, and how full it is. */
@Controller(V1.PATH + "/state")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class StateController {

    private static final int NAMESPACES_UNLESS_SAID = 100;
    private static final int MOST_NAMESPACES = 1000;

    private final NamespaceOperations namespaces;
    private final Grounds grounds;

    StateController(NamespaceOperations namespaces, Grounds grounds) {
        this.namespaces = namespaces;
        this.grounds = grounds;
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> list(HttpRequest<?> request) {
        var query = new Query(request);
        NamespacePage page =
                namespaces.list(query.text("cursor"), query.number("limit", NAMESPACES_UNLESS_SAID, MOST_NAMESPACES));
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("namespaces");
            for (StateNamespace namespace : page.namespaces()) {
                out.writeStartObject();
                write(out, namespace);
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeStringField("next", page.next());
            out.writeEndObject();
        }));
    }

    @Access(AccessLevel.READ)
    @Get("/{namespace}")
    HttpResponse<byte[]> get(String namespace) {
        return answer(namespaces.get(namespace));
    }

    @Access(AccessLevel.WRITE)
    @Put("/{namespace}")
    HttpResponse<byte[]> define(HttpRequest<?> request, String namespace) {
        var body = BodyFields.of(request, JsonBody.SMALL, "max_keys", "max_value_bytes", "when_full", "max_lease_ms");
        String whenFull = body.textOrNull("when_full");
        return answer(namespaces.define(new DefineNamespace(
                namespace,
                body.wholeOrNull("max_keys"),
                body.wholeOrNull("max_value_bytes"),
                whenFull == null ? null : JsonBody.choice("when_full", whenFull, WhenFull.class, true),
                body.wholeOrNull("max_lease_ms"))));
    }

    @Access(AccessLevel.WRITE)
    @Delete("/{namespace}")
    HttpResponse<byte[]> delete(String namespace) {
        grounds.delete(namespace);
        return HttpResponse.noContent();
    }

    private HttpResponse<byte[]> answer(StateNamespace namespace) {
        Usage usage = grounds.usage(namespace);
        return Json.ok(Json.bytes(out -> {
            out.writeStartObject();
            write(out, namespace);
            out.writeObjectFieldStart("usage");
            out.writeNumberField("keys", usage.keys());
            out.writeNumberField("bytes", usage.bytes());
            out.writeEndObject();
            out.writeEndObject();
        }));
    }

    private static void write(JsonGenerator out, StateNamespace namespace) throws IOException {
        out.writeStringField("namespace", namespace.name());
        out.writeBooleanField("defined", namespace.defined());
        out.writeNumberField("max_keys", namespace.maxKeys());
        out.writeNumberField("max_value_bytes", namespace.maxValueBytes());
        out.writeStringField("when_full", namespace.whenFull().name().toLowerCase(Locale.ROOT));
        out.writeNumberField("max_lease_ms", namespace.maxLeaseMillis());
    }
}
