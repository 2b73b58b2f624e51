package dev.fourfold.metadata.http;

import dev.fourfold.metadata.access.AccessOperations;
import dev.fourfold.metadata.access.Credential;
import dev.fourfold.metadata.access.Identity;
import dev.fourfold.metadata.access.IssuedSession;
import dev.fourfold.metadata.access.IssuedToken;
import dev.fourfold.metadata.access.NewSession;
import dev.fourfold.metadata.access.NewToken;
import dev.fourfold.metadata.access.NewUser;
import dev.fourfold.metadata.access.User;
import dev.fourfold.metadata.client.FirstAdministrator;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import java.util.List;
import java.util.Objects;

/** Users, tokens and sessions, for other services of ours. */
@Controller("/metadata/access")
@AsProcess
final class AccessController {

    private final AccessOperations access;

    AccessController(AccessOperations access) {
        this.access = access;
    }

    @Post("/verify")
    Identity verify(@Body Credential credential) {
        return access.verify(credential);
    }

    @Get(value = "/credential-key", produces = MediaType.APPLICATION_OCTET_STREAM)
    byte[] credentialKey() {
        return access.credentialKey();
    }

    @Post("/ensure-administrator")
    FirstAdministrator ensureAdministrator(@Body Credential credential) {
        return new FirstAdministrator(access.ensureAdministrator(credential.secret()));
    }

    @Post("/create-user")
    User createUser(@Body NewUser request) {
        return access.createUser(request);
    }

    @Get("/users")
    List<User> users() {
        return access.users();
    }

    @Post("/set-password")
    void setPassword(@Body Credential credential) {
        access.setPassword(Objects.requireNonNullElse(credential.username(), ""), credential.secret());
    }

    @Post("/delete-user")
    void deleteUser(@QueryValue String username) {
        access.deleteUser(username);
    }

    @Post("/create-token")
    IssuedToken createToken(@Body NewToken request) {
        return access.createToken(request);
    }

    @Get("/tokens")
    List<IssuedToken> tokens(@QueryValue String username) {
        return access.tokens(username);
    }

    @Post("/revoke-token")
    void revokeToken(@QueryValue String username, @QueryValue String tokenId) {
        access.revokeToken(username, tokenId);
    }

    @Post("/open-session")
    IssuedSession openSession(@Body NewSession request) {
        return access.openSession(request);
    }

    @Get("/sessions")
    List<IssuedSession> sessions(@QueryValue String username) {
        return access.sessions(username);
    }

    @Post("/end-session")
    void endSession(@QueryValue String username, @QueryValue String sessionId) {
        access.endSession(username, sessionId);
    }
}
