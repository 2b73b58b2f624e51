package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.gateway.security.Credentials;
import dev.fourfold.gateway.security.DoorConfiguration;
import dev.fourfold.gateway.security.SignsIn;
import dev.fourfold.metadata.access.AccessOperations;
import dev.fourfold.metadata.access.Credential;
import dev.fourfold.metadata.access.Identity;
import dev.fourfold.metadata.access.IssuedSession;
import dev.fourfold.metadata.access.NewSession;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sessions: what stands for a user and a password for some hours, as a cookie or as a bearer's secret. */
@Controller(V1.PATH + "/sessions")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class SessionController {

    /** Where the door leaves what the caller has shown; absent where nobody needs to sign in. */
    private static final String IDENTITY = "fourfold.identity";

    private static final int BODY_LIMIT = 64 * 1024;
    private static final String NO_STORE = "no-store";

    private final DoorConfiguration configuration;
    private final Credentials credentials;
    private final AccessOperations access;
    private final HotAnswers answers;

    SessionController(
            DoorConfiguration configuration, Credentials credentials, AccessOperations access, HotAnswers answers) {
        this.configuration = configuration;
        this.credentials = credentials;
        this.access = access;
        this.answers = answers;
    }

    @Access(AccessLevel.PUBLIC)
    @SignsIn
    @Post
    HttpResponse<byte[]> open(HttpRequest<?> request) {
        IssuedSession session = access.openSession(
                new NewSession(shown(request), configuration.sessionLifetime().toMillis()));
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> write(out, session, null)))
                .header(HttpHeaders.CACHE_CONTROL, NO_STORE)
                .cookie(cookie(request, Objects.requireNonNullElse(session.secret(), ""))
                        .maxAge(configuration.sessionLifetime()));
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> sessions(HttpRequest<?> request) {
        Identity caller = caller(request);
        List<IssuedSession> sessions = access.sessions(caller.user().username());
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("sessions");
            for (IssuedSession session : sessions) {
                write(out, session, session.sessionId().equals(caller.sessionId()));
            }
            out.writeEndArray();
            out.writeEndObject();
        }));
    }

    @Access(AccessLevel.WRITE)
    @Delete("/current")
    HttpResponse<byte[]> endCurrent(HttpRequest<?> request) {
        String sessionId = caller(request).sessionId();
        if (sessionId == null) {
            throw new Problem.InvalidArgument("This request is not signed in by a session.").toException();
        }
        return end(request, sessionId).cookie(cookie(request, "").maxAge(0));
    }

    @Access(AccessLevel.WRITE)
    @Delete("/{sessionId}")
    HttpResponse<byte[]> endOne(HttpRequest<?> request, String sessionId) {
        return end(request, sessionId);
    }

    private MutableHttpResponse<byte[]> end(HttpRequest<?> request, String sessionId) {
        String username = caller(request).user().username();
        answers.write(Subjects.touchedBySession(sessionId), () -> {
            access.endSession(username, sessionId);
            return sessionId;
        });
        return HttpResponse.noContent();
    }

    /** From the body, or else from the Authorization header. */
    private Credential shown(HttpRequest<?> request) {
        var body = BodyFields.ofOptional(request, BODY_LIMIT, "username", "password");
        if (!body.values().isEmpty()) {
            return credentials.of(request, body.text("username"), body.text("password"));
        }
        return credentials
                .of(request)
                .filter(credential -> credential.username() != null)
                .orElseThrow(() -> new Problem.Unauthenticated(
                                "Sign in with 'username' and 'password' in the body, or by HTTP Basic.")
                        .toException());
    }

    private static Identity caller(HttpRequest<?> request) {
        return request.getAttribute(IDENTITY, Identity.class)
                .orElseThrow(() -> new Problem.InvalidArgument("Nobody signs in here.").toException());
    }

    private static Cookie cookie(HttpRequest<?> request, String secret) {
        // A proxy in front that ends TLS says so; who says it of himself only hides his own cookie.
        boolean secure = request.isSecure()
                || "https".equalsIgnoreCase(request.getHeaders().get("X-Forwarded-Proto"));
        return Cookie.of(Credentials.COOKIE, secret)
                .path("/")
                .httpOnly(true)
                .secure(secure)
                .sameSite(SameSite.Strict);
    }

    private static void write(JsonGenerator out, IssuedSession session, @Nullable Boolean current) throws IOException {
        out.writeStartObject();
        out.writeStringField("session_id", session.sessionId());
        out.writeStringField("username", session.username());
        out.writeNumberField("creation_time", session.creationTimeMillis());
        out.writeNumberField("expiry_time", session.expiryTimeMillis());
        if (current != null) {
            out.writeBooleanField("current", current);
        }
        if (session.secret() != null) {
            out.writeStringField("secret", session.secret());
        }
        out.writeEndObject();
    }
}
