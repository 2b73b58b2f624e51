package dev.fourfold.metadata.access;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.access.SessionStore.StoredSession;
import dev.fourfold.metadata.access.TokenStore.StoredToken;
import dev.fourfold.metadata.access.UserStore.StoredUser;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Users, their tokens and their sessions. */
@Singleton
@ServesMetadata
final class AccessService implements AccessOperations {

    /** By which what is shown is told from a password. */
    static final String TOKEN_PREFIX = "ff_";

    /** The same. */
    static final String SESSION_PREFIX = "ffs_";

    private static final String CREDENTIAL_KEY = "credentials";
    private static final int SECRET_BYTES = 32;
    private static final int ID_BYTES = 8;
    private static final long LONGEST_SESSION_MILLIS = Duration.ofDays(366).toMillis();
    private static final int MOST_SESSIONS = 1000;
    private static final int MOST_TOKENS = 1000;
    private static final int MAX_LABEL_LENGTH = 250;
    private static final Pattern USERNAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}");

    private final UserStore users;
    private final TokenStore tokens;
    private final SessionStore sessions;
    private final PlatformKeyStore keys;
    private final Passwords passwords;
    private final InstantSource clock;
    private final KnownPasswords known = new KnownPasswords();
    private final Guesses guesses = new Guesses(System::nanoTime);
    private final SecureRandom random = new SecureRandom();

    AccessService(
            UserStore users, TokenStore tokens, SessionStore sessions, PlatformKeyStore keys, Passwords passwords) {
        this.users = users;
        this.tokens = tokens;
        this.sessions = sessions;
        this.keys = keys;
        this.passwords = passwords;
        clock = InstantSource.system();
    }

    @Override
    public Identity verify(Credential credential) {
        var username = credential.username();
        var secret = credential.secret();
        // Clients that can only send a name and a password may send a token as the password.
        if (secret.startsWith(SESSION_PREFIX)) {
            return verifySession(username, secret);
        }
        if (username == null || secret.startsWith(TOKEN_PREFIX)) {
            return verifyToken(username, secret);
        }
        return new Identity(verifyPassword(username, credential).user(), null, null, null);
    }

    @Override
    public byte[] credentialKey() {
        return keys.keep(CREDENTIAL_KEY, randomBytes(SECRET_BYTES));
    }

    @Override
    public boolean ensureAdministrator(String password) {
        if (!users.all().isEmpty()) {
            return false;
        }
        Passwords.requireStrong(FIRST_ADMINISTRATOR, password);
        var administrator = new User(FIRST_ADMINISTRATOR, true, clock.millis());
        return users.addFirst(new StoredUser(administrator, passwords.hash(password)));
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
        var secret = TOKEN_PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes(SECRET_BYTES));
        var tokenId = HexFormat.of().formatHex(randomBytes(ID_BYTES));
        var token = new StoredToken(tokenId, request.username(), label, Sha256.of(secret), now, expiry);
        if (!possible(request.username())) {
            throw noSuchUser(request.username());
        }
        return switch (tokens.add(token, MOST_TOKENS)) {
            case ADDED -> issued(token, secret);
            case NO_SUCH_USER -> throw noSuchUser(request.username());
            case TOO_MANY ->
                throw new Problem.InvalidState("User '" + request.username() + "' has " + MOST_TOKENS
                                + " tokens, which is the most: revoke one.")
                        .toException();
        };
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

    @Override
    public IssuedSession openSession(NewSession request) {
        var credential = request.credential();
        var username = credential.username();
        if (request.lifetimeMillis() < 1 || request.lifetimeMillis() > LONGEST_SESSION_MILLIS) {
            throw Texts.invalid("A session lasts up to a year.");
        }
        if (username == null) {
            throw Texts.invalid("A session is opened with a user name and a password.");
        }
        var user = verifyPassword(username, credential);
        long now = clock.millis();
        var secret = SESSION_PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes(SECRET_BYTES));
        var session = new StoredSession(
                HexFormat.of().formatHex(randomBytes(ID_BYTES)),
                user.user().username(),
                Sha256.of(secret),
                now,
                now + request.lifetimeMillis());
        return switch (sessions.add(session, user.passwordHash(), MOST_SESSIONS)) {
            case ADDED -> issued(session, secret);
            case REFUSED -> throw unauthenticated();
            case TOO_MANY ->
                throw new Problem.InvalidState("User '" + username + "' has " + MOST_SESSIONS
                                + " sessions, which is the most: end one, or change the password, which ends all.")
                        .toException();
        };
    }

    @Override
    public List<IssuedSession> sessions(String username) {
        if (!possible(username) || users.find(username).isEmpty()) {
            throw noSuchUser(username);
        }
        return sessions.ofUser(username, clock.millis()).stream()
                .map(session -> issued(session, null))
                .toList();
    }

    @Override
    public void endSession(String username, String sessionId) {
        if (!possible(username) || !Texts.isStorable(sessionId) || !sessions.remove(username, sessionId)) {
            throw new Problem.NotFound("User '" + username + "' has no session with id " + sessionId).toException();
        }
    }

    private Identity verifySession(@Nullable String username, String secret) {
        var hash = Sha256.of(secret);
        var holder = sessions.holder(hash).orElseThrow(AccessService::unauthenticated);
        var session = holder.session();
        if (!session.hash().equals(hash)
                || clock.millis() >= session.expiryTimeMillis()
                || (username != null && !username.equals(holder.user().username()))) {
            throw unauthenticated();
        }
        return new Identity(holder.user(), null, session.sessionId(), session.expiryTimeMillis());
    }

    private Identity verifyToken(@Nullable String username, String secret) {
        var hash = Sha256.of(secret);
        var owner = tokens.owner(hash).orElseThrow(AccessService::unauthenticated);
        var expiry = owner.expiryTimeMillis();
        if (!owner.hash().equals(hash)
                || (expiry != null && clock.millis() >= expiry)
                || (username != null && !username.equals(owner.user().username()))) {
            throw unauthenticated();
        }
        return new Identity(owner.user(), owner.tokenId(), null, expiry);
    }

    private StoredUser verifyPassword(String username, Credential credential) {
        var password = credential.secret();
        if (!possible(username)) {
            throw unauthenticated(); // That tells of nobody: anybody knows which names there cannot be.
        }
        var user = users.find(username).orElse(null);
        var hash = user == null ? null : user.passwordHash();
        if (user != null && known.holds(user.passwordHash(), password)) {
            return user;
        }
        guesses.begin(username, credential.address());
        boolean wrong = false;
        try {
            wrong = !passwords.matches(password, hash);
        } finally {
            if (!wrong) {
                guesses.forgive(username, credential.address()); // It was right, or nobody could tell.
            }
        }
        if (wrong || user == null) {
            throw unauthenticated();
        }
        known.add(user.passwordHash(), password);
        return user;
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

    private static IssuedSession issued(StoredSession session, @Nullable String secret) {
        return new IssuedSession(
                session.sessionId(),
                session.username(),
                session.creationTimeMillis(),
                session.expiryTimeMillis(),
                secret);
    }

    private static ProblemException unauthenticated() {
        return new Problem.Unauthenticated("The credentials are not valid.").toException();
    }

    private static ProblemException noSuchUser(String username) {
        return new Problem.NotFound("User with username=" + username + " not found").toException();
    }
}
