package dev.fourfold.gateway.v1;

import dev.fourfold.cache.state.Lease;
import dev.fourfold.cache.state.LeaseOperations;
import dev.fourfold.cache.state.NewLease;
import dev.fourfold.cache.state.Released;
import dev.fourfold.contract.Problem;
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
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;

/** Leases: one holder at a time, with a token that tells a late holder from the one who came after. */
@Controller(V1.PATH + "/state/{namespace}/leases/{name}")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class LeaseController {

    private final LeaseOperations leases;
    private final Grounds grounds;

    LeaseController(LeaseOperations leases, Grounds grounds) {
        this.leases = leases;
        this.grounds = grounds;
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> read(String namespace, String name) {
        return answer(name, grounds.in(namespace, () -> leases.read(namespace, name), () -> {
            throw Grounds.nothingIn(namespace);
        }));
    }

    @Access(AccessLevel.WRITE)
    @Post("/acquire")
    HttpResponse<byte[]> acquire(HttpRequest<?> request, String namespace, String name) {
        var body = BodyFields.of(request, JsonBody.SMALL, "holder", "ttl_ms");
        var wanted = new NewLease(body.text("holder"), body.whole("ttl_ms"));
        return answer(name, grounds.on(namespace, () -> leases.acquire(namespace, name, wanted)));
    }

    @Access(AccessLevel.WRITE)
    @Post("/renew")
    HttpResponse<byte[]> renew(HttpRequest<?> request, String namespace, String name) {
        var body = BodyFields.of(request, JsonBody.SMALL, "token", "ttl_ms");
        long token = body.whole("token");
        long ttlMillis = body.whole("ttl_ms");
        return answer(name, grounds.in(namespace, () -> leases.renew(namespace, name, token, ttlMillis), () -> {
            throw new Problem.InvalidState("Nobody holds a lease in the namespace '" + namespace + "'.").toException();
        }));
    }

    @Access(AccessLevel.WRITE)
    @Post("/release")
    HttpResponse<byte[]> release(HttpRequest<?> request, String namespace, String name) {
        long token = BodyFields.of(request, JsonBody.SMALL, "token").whole("token");
        Released released =
                grounds.in(namespace, () -> leases.release(namespace, name, token), () -> new Released(false));
        return Json.ok(Store.REDIS, Json.bytes(out -> {
            out.writeStartObject();
            out.writeBooleanField("released", released.held());
            out.writeEndObject();
        }));
    }

    private static HttpResponse<byte[]> answer(String name, Lease lease) {
        return Json.ok(Store.REDIS, Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("lease", name);
            out.writeStringField("holder", lease.holder());
            out.writeNumberField("token", lease.token());
            out.writeNumberField("expires_in_ms", lease.remainingMillis());
            out.writeEndObject();
        }));
    }
}
