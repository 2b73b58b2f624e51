package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.access.AccessOperations;
import dev.fourfold.metadata.access.IssuedToken;
import dev.fourfold.metadata.access.NewToken;
import dev.fourfold.metadata.access.NewUser;
import dev.fourfold.metadata.access.User;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** Users and their tokens. Administrators do everything; others change their own password and tokens. */
@Controller(V1.PATH + "/users")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class UserController {

    /** Where the door leaves who the caller is; absent where nobody needs to sign in. */
    private static final String CALLER = "fourfold.user";

    private static final int BODY_LIMIT = 64 * 1024;

    private final AccessOperations access;
    private final HotAnswers answers;

    UserController(AccessOperations access, HotAnswers answers) {
        this.access = access;
        this.answers = answers;
    }

    @Access(AccessLevel.ADMIN)
    @Get
    HttpResponse<byte[]> users() {
        List<User> users = access.users();
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("users");
            for (User user : users) {
                write(out, user);
            }
            out.writeEndArray();
            out.writeEndObject();
        }));
    }

    @Access(AccessLevel.ADMIN)
    @Post
    HttpResponse<byte[]> create(HttpRequest<?> request) {
        var body = BodyFields.of(request, BODY_LIMIT, "username", "password", "administrator");
        User user = access.createUser(
                new NewUser(body.text("username"), body.text("password"), body.flag("administrator")));
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> write(out, user)));
    }

    @Access(AccessLevel.ADMIN)
    @Delete("/{name}")
    HttpResponse<byte[]> delete(String name) {
        answers.write(Subjects.touchedByUserChange(name), () -> {
            access.deleteUser(name);
            return name;
        });
        return HttpResponse.noContent();
    }

    @Access(AccessLevel.WRITE)
    @Put("/{name}/password")
    HttpResponse<byte[]> setPassword(HttpRequest<?> request, String name) {
        checkOwnOrAdministrator(request, name);
        String password = BodyFields.of(request, BODY_LIMIT, "password").text("password");
        answers.write(Subjects.touchedByUserChange(name), () -> {
            access.setPassword(name, password);
            return name;
        });
        return HttpResponse.noContent();
    }

    @Access(AccessLevel.READ)
    @Get("/{name}/tokens")
    HttpResponse<byte[]> tokens(HttpRequest<?> request, String name) {
        checkOwnOrAdministrator(request, name);
        List<IssuedToken> tokens = access.tokens(name);
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("tokens");
            for (IssuedToken token : tokens) {
                write(out, token);
            }
            out.writeEndArray();
            out.writeEndObject();
        }));
    }

    @Access(AccessLevel.WRITE)
    @Post("/{name}/tokens")
    HttpResponse<byte[]> createToken(HttpRequest<?> request, String name) {
        checkOwnOrAdministrator(request, name);
        var body = BodyFields.of(request, BODY_LIMIT, "label", "expiry_time");
        String label = Objects.requireNonNullElse(body.textOrNull("label"), "");
        IssuedToken token = access.createToken(new NewToken(name, label, body.wholeOrNull("expiry_time")));
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> write(out, token)));
    }

    @Access(AccessLevel.WRITE)
    @Delete("/{name}/tokens/{tokenId}")
    HttpResponse<byte[]> revokeToken(HttpRequest<?> request, String name, String tokenId) {
        checkOwnOrAdministrator(request, name);
        answers.write(Subjects.touchedByToken(tokenId), () -> {
            access.revokeToken(name, tokenId);
            return tokenId;
        });
        return HttpResponse.noContent();
    }

    private static void checkOwnOrAdministrator(HttpRequest<?> request, String name) {
        request.getAttribute(CALLER, User.class)
                .filter(caller -> !caller.administrator() && !caller.username().equals(name))
                .ifPresent(caller -> {
                    throw new Problem.PermissionDenied("Only administrators may do this for somebody else.")
                            .toException();
                });
    }

    private static void write(JsonGenerator out, User user) throws IOException {
        out.writeStartObject();
        out.writeStringField("username", user.username());
        out.writeBooleanField("administrator", user.administrator());
        out.writeNumberField("creation_time", user.creationTimeMillis());
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, IssuedToken token) throws IOException {
        out.writeStartObject();
        out.writeStringField("token_id", token.tokenId());
        out.writeStringField("username", token.username());
        out.writeStringField("label", token.label());
        out.writeNumberField("creation_time", token.creationTimeMillis());
        if (token.expiryTimeMillis() != null) {
            out.writeNumberField("expiry_time", token.expiryTimeMillis());
        }
        if (token.secret() != null) {
            out.writeStringField("secret", token.secret());
        }
        out.writeEndObject();
    }
}
