package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.metadata.access.AccessOperations;
import dev.fourfold.metadata.access.Credential;
import dev.fourfold.metadata.access.Identity;
import dev.fourfold.metadata.access.IssuedSession;
import dev.fourfold.metadata.access.IssuedToken;
import dev.fourfold.metadata.access.NewSession;
import dev.fourfold.metadata.access.NewToken;
import dev.fourfold.metadata.access.NewUser;
import dev.fourfold.metadata.access.User;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/** {@link AccessOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(
        value = "${fourfold.metadata.url}",
        path = "/metadata/access",
        configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface AccessClient extends AccessOperations {

    @Override
    @Post("/verify")
    Identity verify(@Body Credential credential);

    @Override
    @Get(value = "/credential-key", consumes = MediaType.APPLICATION_OCTET_STREAM)
    byte[] credentialKey();

    @Override
    default boolean ensureAdministrator(String password) {
        return ensureAdministrator(new Credential(FIRST_ADMINISTRATOR, password))
                .made();
    }

    @Post("/ensure-administrator")
    FirstAdministrator ensureAdministrator(@Body Credential credential);

    @Override
    @Post("/create-user")
    User createUser(@Body NewUser request);

    @Override
    @Get("/users")
    List<User> users();

    @Override
    default void setPassword(String username, String password) {
        setPasswordOf(new Credential(username, password));
    }

    @Post("/set-password")
    void setPasswordOf(@Body Credential credential);

    @Override
    @Post("/delete-user")
    void deleteUser(@QueryValue String username);

    @Override
    @Post("/create-token")
    IssuedToken createToken(@Body NewToken request);

    @Override
    @Get("/tokens")
    List<IssuedToken> tokens(@QueryValue String username);

    @Override
    @Post("/revoke-token")
    void revokeToken(@QueryValue String username, @QueryValue String tokenId);

    @Override
    @Post("/open-session")
    IssuedSession openSession(@Body NewSession request);

    @Override
    @Get("/sessions")
    List<IssuedSession> sessions(@QueryValue String username);

    @Override
    @Post("/end-session")
    void endSession(@QueryValue String username, @QueryValue String sessionId);
}
