package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.access.AccessOperations;
import dev.fourfold.metadata.access.Credential;
import dev.fourfold.metadata.access.Identity;
import dev.fourfold.metadata.access.IssuedSession;
import dev.fourfold.metadata.access.IssuedToken;
import dev.fourfold.metadata.access.NewSession;
import dev.fourfold.metadata.access.NewToken;
import dev.fourfold.metadata.access.NewUser;
import dev.fourfold.metadata.access.User;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** Users with their passwords in a map, and tokens whose secret is {@code secret-<id>}. */
@Singleton
public final class FakeAccess implements AccessOperations {

    private final Map<String, NewUser> users = new ConcurrentSkipListMap<>();
    private final Map<String, IssuedToken> tokens = new ConcurrentSkipListMap<>();
    private final Map<String, IssuedSession> sessions = new ConcurrentSkipListMap<>();
    private final Queue<Problem> lostAnswers = new ConcurrentLinkedQueue<>();
    private volatile int ensured;

    @Override
    public Identity verify(Credential credential) {
        String username = credential.username();
        if (username == null) {
            return Stream.concat(
                            tokens.values().stream()
                                    .filter(token -> credential.secret().equals("secret-" + token.tokenId()))
                                    .map(token -> new Identity(
                                            user(token.username()), token.tokenId(), null, token.expiryTimeMillis())),
                            sessions.values().stream()
                                    .filter(session -> credential.secret().equals("secret-" + session.sessionId()))
                                    .map(session -> new Identity(
                                            user(session.username()),
                                            null,
                                            session.sessionId(),
                                            session.expiryTimeMillis())))
                    .findFirst()
                    .orElseThrow(FakeAccess::stranger);
        }
        NewUser known = users.get(username);
        if (known == null || !known.password().equals(credential.secret())) {
            throw stranger();
        }
        return new Identity(user(known), null, null, null);
    }

    @Override
    public byte[] credentialKey() {
        return new byte[32];
    }

    @Override
    public boolean ensureAdministrator(String password) {
        ensured++;
        boolean first = users.isEmpty();
        if (first) {
            users.put(FIRST_ADMINISTRATOR, new NewUser(FIRST_ADMINISTRATOR, password, true));
        }
        Problem lost = lostAnswers.poll();
        if (lost != null) {
            throw lost.toException();
        }
        return first;
    }

    /** Makes answers about the first administrator get lost on their way, one for each of these. */
    public void loseAnswers(Problem... instead) {
        lostAnswers.addAll(List.of(instead));
    }

    /** How often somebody asked for the first administrator. */
    public int ensured() {
        return ensured;
    }

    @Override
    public User createUser(NewUser request) {
        if (request.password().length() < 12) {
            throw new Problem.InvalidArgument("A password has at least 12 characters.").toException();
        }
        if (users.putIfAbsent(request.username(), request) != null) {
            throw new Problem.AlreadyExists("User '" + request.username() + "' exists.").toException();
        }
        return user(request);
    }

    @Override
    public List<User> users() {
        return users.values().stream().map(FakeAccess::user).toList();
    }

    @Override
    public void setPassword(String username, String password) {
        NewUser known = known(username);
        users.put(username, new NewUser(username, password, known.administrator()));
    }

    @Override
    public void deleteUser(String username) {
        known(username);
        users.remove(username);
    }

    @Override
    public IssuedToken createToken(NewToken request) {
        known(request.username());
        String id = "t" + tokens.size();
        var token = new IssuedToken(id, request.username(), request.label(), 1, request.expiryTimeMillis(), null);
        tokens.put(id, token);
        return new IssuedToken(id, request.username(), request.label(), 1, request.expiryTimeMillis(), "secret-" + id);
    }

    @Override
    public List<IssuedToken> tokens(String username) {
        return tokens.values().stream()
                .filter(token -> token.username().equals(username))
                .toList();
    }

    @Override
    public void revokeToken(String username, String tokenId) {
        if (tokens.remove(tokenId) == null) {
            throw new Problem.NotFound("No such token.").toException();
        }
    }

    @Override
    public IssuedSession openSession(NewSession request) {
        User user = verify(request.credential()).user();
        String id = "s" + sessions.size();
        long end = System.currentTimeMillis() + request.lifetimeMillis();
        sessions.put(id, new IssuedSession(id, user.username(), 1, end, null));
        return new IssuedSession(id, user.username(), 1, end, "secret-" + id);
    }

    @Override
    public List<IssuedSession> sessions(String username) {
        return sessions.values().stream()
                .filter(session -> session.username().equals(username))
                .toList();
    }

    @Override
    public void endSession(String username, String sessionId) {
        if (sessions.remove(sessionId) == null) {
            throw new Problem.NotFound("No such session.").toException();
        }
    }

    private User user(String username) {
        return user(Objects.requireNonNull(users.get(username)));
    }

    private NewUser known(String username) {
        NewUser known = users.get(username);
        if (known == null) {
            throw new Problem.NotFound("User '" + username + "' does not exist.").toException();
        }
        return known;
    }

    private static User user(NewUser user) {
        return new User(user.username(), user.administrator(), 1);
    }

    private static RuntimeException stranger() {
        return new Problem.Unauthenticated("Nobody shows this credential.").toException();
    }
}
