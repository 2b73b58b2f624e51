package dev.fourfold.metadata.access;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.access.TokenStore.StoredToken;
import dev.fourfold.metadata.access.UserStore.StoredUser;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Users and their tokens. */
@Singleton
@ServesMetadata
final class AccessService implements AccessOperations {

    private static final String FIRST_ADMINISTRATOR = "admin";
    private static final String TOKEN_PREFIX = "ff_";
    private static final int TOKEN_BYTES = 32;
    private static final int TOKEN_ID_BYTES = 8;
    private static final int MAX_LABEL_LENGTH = 250;
    private static final Pattern USERNAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}");

    private final UserStore users;
    private final TokenStore tokens;
    private final Passwords passwords;
    private final InstantSource clock;
    private final KnownPasswords known = new KnownPasswords();
    private final SecureRandom random = new SecureRandom();

    @Inject
    AccessService(UserStore users, TokenStore tokens, Passwords passwords) {
        this(users, tokens, passwords, InstantSource.system());
    }

    AccessService(UserStore users, TokenStore tokens, Passwords passwords, InstantSource clock) {
        this.users = users;
        this.tokens = tokens;
        this.passwords = passwords;
        this.clock = clock;
    }

    @Override
    public User verify(Credential credential) {
        var username = credential.username();
        // Clients that can only send a name and a password may send a token as the password.
        if (username == null || credential.secret().startsWith(TOKEN_PREFIX)) {
            return verifyToken(username, credential.secret());
        }
        return verifyPassword(username, credential.secret());
    }

    @Override
    public Optional<NewUser> ensureAdministrator() {
        if (!users.all().isEmpty()) {
            return Optional.empty();
        }
        var password = passwords.random();
        var administrator = new User(FIRST_ADMINISTRATOR, true, clock.millis());
        return users.addFirst(new StoredUser(administrator, passwords.hash(password)))
                ? Optional.of(new NewUser(FIRST_ADMINISTRATOR, password, true))
                : Optional.empty();
    }

    @Override
    public User createUser(NewUser request) {
        if (!USERNAME.matcher(request.username()).matches()) {
            throw Texts.invalid(
                    "A username has 1 to 128 letters, digits or . _ @ + - and begins with a letter or digit.");
        }
        Passwords.requireStrong(request.username(), request.password());
        var user = new User(request.username(), request.administrator(), clock.millis());
        if (!users.add(new StoredUser(user, passwords.hash(request.password())))) {
            throw new Problem.AlreadyExists("User (username=" + request.username() + ") already exists.").toException();
        }
        return user;
    }

    @Override
    public List<User> users() {
        return users.all();
    }

    @Override
    public void setPassword(String username, String password) {
        Passwords.requireStrong(username, password);
        if (!possible(username) || !users.setPasswordHash(username, passwords.hash(password))) {
            throw noSuchUser(username);
        }
    }

    @Override
    public void deleteUser(String username) {
        if (!possible(username)) {
            throw noSuchUser(username);
        }
        switch (users.remove(username)) {
            case REMOVED -> {}
            case UNKNOWN -> throw noSuchUser(username);
            case LAST_ADMINISTRATOR ->
                throw new Problem.InvalidState("The last administrator cannot be removed.").toException();
        }
    }

    @Override
    public IssuedToken createToken(NewToken request) {
        var label = Texts.atMost(MAX_LABEL_LENGTH, "label", Texts.storable("label", request.label()));
        long now = clock.millis();
        var expiry = request.expiryTimeMillis();
        if (expiry != null && expiry <= now) {
            throw Texts.invalid("The token would have expired already.");
        }
        var secret = TOKEN_PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes(TOKEN_BYTES));
        var tokenId = HexFormat.of().formatHex(randomBytes(TOKEN_ID_BYTES));
        var token = new StoredToken(tokenId, request.username(), label, Sha256.of(secret), now, expiry);
        if (!possible(request.username()) || !tokens.add(token)) {
            throw noSuchUser(request.username());
        }
        return issued(token, secret);
    }

    @Override
    public List<IssuedToken> tokens(String username) {
        if (!possible(username) || users.find(username).isEmpty()) {
            throw noSuchUser(username);
        }
        return tokens.ofUser(username).stream()
                .map(token -> issued(token, null))
                .toList();
    }

    @Override
    public void revokeToken(String username, String tokenId) {
        if (!possible(username) || !Texts.isStorable(tokenId) || !tokens.remove(username, tokenId)) {
            throw new Problem.NotFound("User '" + username + "' has no token with id " + tokenId).toException();
        }
    }

    private User verifyToken(@Nullable String username, String secret) {
        var hash = Sha256.of(secret);
        var owner = tokens.owner(hash).orElseThrow(AccessService::unauthenticated);
        var expiry = owner.expiryTimeMillis();
        if (!owner.hash().equals(hash)
                || (expiry != null && clock.millis() >= expiry)
                || (username != null && !username.equals(owner.user().username()))) {
            throw unauthenticated();
        }
        return owner.user();
    }

    private User verifyPassword(String username, String password) {
        var user = possible(username) ? users.find(username).orElse(null) : null;
        var hash = user == null ? null : user.passwordHash();
        if (user != null && known.holds(user.passwordHash(), password)) {
            return user.user();
        }
        if (!passwords.matches(password, hash) || user == null) {
            throw unauthenticated();
        }
        known.add(user.passwordHash(), password);
        return user.user();
    }

    /** Whether a user of this name may exist; no store need be asked for any other. */
    private static boolean possible(String username) {
        return USERNAME.matcher(username).matches();
    }

    private byte[] randomBytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static IssuedToken issued(StoredToken token, @Nullable String secret) {
        return new IssuedToken(
                token.tokenId(),
                token.username(),
                token.label(),
                token.creationTimeMillis(),
                token.expiryTimeMillis(),
                secret);
    }

    private static ProblemException unauthenticated() {
        return new Problem.Unauthenticated("The credentials are not valid.").toException();
    }

    private static ProblemException noSuchUser(String username) {
        return new Problem.NotFound("User with username=" + username + " not found").toException();
    }
}
