package dev.fourfold.metadata.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link AccessOperations} promises, for every way to reach them. */
public abstract class AccessOperationsContract {

    private static final String PASSWORD = "correct horse battery";

    /** The operations under test. */
    protected abstract AccessOperations access();

    @Test
    void user_isVerifiedByPassword_andByNothingElse() {
        var user = access().createUser(new NewUser(name(), PASSWORD, false));
        var identity = new Identity(user, null, null, null);
        assertThat(access().verify(new Credential(user.username(), PASSWORD))).isEqualTo(identity);
        assertThat(access().verify(new Credential(user.username(), PASSWORD, "10.0.0.1")))
                .isEqualTo(identity);
        assertUnauthenticated(() -> access().verify(new Credential(user.username(), PASSWORD + "x")));
        assertUnauthenticated(() -> access().verify(new Credential(user.username(), "")));
        assertUnauthenticated(() -> access().verify(new Credential(name(), PASSWORD)));
        assertUnauthenticated(() -> access().verify(new Credential("' OR 1=1 --", PASSWORD)));
        assertUnauthenticated(() -> access().verify(new Credential(null, PASSWORD)));
        assertThat(access().users()).contains(user);
    }

    @Test
    void passwordsThatDifferBehind72Bytes_differ() {
        var name = name();
        var longOne = "long password, longer than what bcrypt looks at: ".repeat(3);
        access().createUser(new NewUser(name, longOne + "a", false));
        assertUnauthenticated(() -> access().verify(new Credential(name, longOne + "b")));
        assertThat(access().verify(new Credential(name, longOne + "a")).user().username())
                .isEqualTo(name);
    }

    @Test
    void changedPassword_endsTheOldOneAtOnce_butNoToken() {
        var name = newUser();
        var token = access().createToken(new NewToken(name, "laptop", null));
        access().verify(new Credential(name, PASSWORD));
        access().setPassword(name, PASSWORD + " staple");
        assertUnauthenticated(() -> access().verify(new Credential(name, PASSWORD)));
        assertThat(access().verify(new Credential(name, PASSWORD + " staple"))
                        .user()
                        .username())
                .isEqualTo(name);
        assertThat(access().verify(new Credential(null, secret(token))).user().username())
                .isEqualTo(name);
    }

    @Test
    void takenName_isRefused() {
        var name = newUser();
        assertProblem(
                () -> access().createUser(new NewUser(name, PASSWORD, true)),
                new Problem.AlreadyExists("User (username=" + name + ") already exists."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "short",
                "eleven char",
                "password1234",
                "PasswordPassword",
                "aaaaaaaaaaaaaaaaaa",
                "123456789012",
                "adminadmin12",
                "changeme-1234",
                "qwertyuiop12",
                "a\u0000bcdefghijklmnop",
                "ff_looks like a token",
                "ffs_looks like a session"
            })
    void weakPassword_isRefused(String password) {
        var name = name();
        assertInvalid(() -> access().createUser(new NewUser(name, password, false)));
        assertUnauthenticated(() -> access().verify(new Credential(name, password)));
        var user = newUser();
        assertInvalid(() -> access().setPassword(user, password));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a/b", "a:b", "-a", "é", "a\u0000"})
    void badUsername_isRefused(String username) {
        assertInvalid(() -> access().createUser(new NewUser(username, PASSWORD, false)));
        assertProblem(
                () -> access().setPassword(username, PASSWORD),
                new Problem.NotFound("User with username=" + username + " not found"));
    }

    @Test
    void token_standsForItsUser_untilRevoked() {
        var name = newUser();
        var issued = access().createToken(new NewToken(name, "ci", null));
        assertThat(secret(issued)).matches("ff_[A-Za-z0-9_-]{43}");
        assertThat(access().verify(new Credential(null, secret(issued))).user().username())
                .isEqualTo(name);
        assertThat(access().verify(new Credential(name, secret(issued))).user().username())
                .isEqualTo(name);
        assertUnauthenticated(() -> access().verify(new Credential("admin", secret(issued))));
        assertUnauthenticated(() -> access().verify(new Credential(null, secret(issued) + "x")));

        assertThat(access().tokens(name))
                .containsExactly(
                        new IssuedToken(issued.tokenId(), name, "ci", issued.creationTimeMillis(), null, null));
        access().revokeToken(name, issued.tokenId());
        assertUnauthenticated(() -> access().verify(new Credential(null, secret(issued))));
        assertThat(access().tokens(name)).isEmpty();
        assertProblem(
                () -> access().revokeToken(name, issued.tokenId()),
                new Problem.NotFound("User '" + name + "' has no token with id " + issued.tokenId()));
    }

    @Test
    void token_needsAUserAndAFuture() {
        var nobody = name();
        assertProblem(
                () -> access().createToken(new NewToken(nobody, "x", null)),
                new Problem.NotFound("User with username=" + nobody + " not found"));
        assertProblem(
                () -> access().tokens(nobody), new Problem.NotFound("User with username=" + nobody + " not found"));
        var name = newUser();
        assertInvalid(() -> access().createToken(new NewToken(name, "x", 1L)));
        long end = System.currentTimeMillis() + 100_000_000;
        var expiring = access().createToken(new NewToken(name, "x", end));
        assertThat(expiring.expiryTimeMillis()).isEqualTo(end);
        var identity = access().verify(new Credential(null, secret(expiring)));
        assertThat(identity.tokenId()).isEqualTo(expiring.tokenId());
        assertThat(identity.expiryTimeMillis()).isEqualTo(end);
    }

    @Test
    void oneCannotRevokeAnothersToken() {
        var mine = access().createToken(new NewToken(newUser(), "x", null));
        var other = newUser();
        assertThatThrownBy(() -> access().revokeToken(other, mine.tokenId()))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.NotFound.class));
        access().verify(new Credential(null, secret(mine)));
    }

    @Test
    void deletedUser_isGoneWithTokens_butOneAdministratorStays() {
        var first = access().createUser(new NewUser(name(), PASSWORD, true)).username();
        access().users().stream()
                .filter(user -> user.administrator() && !user.username().equals(first))
                .forEach(user -> access().deleteUser(user.username()));
        assertProblem(
                () -> access().deleteUser(first),
                new Problem.InvalidState("The last administrator cannot be removed."));
        var name = newUser();
        var token = access().createToken(new NewToken(name, "x", null));
        access().deleteUser(name);
        assertUnauthenticated(() -> access().verify(new Credential(name, PASSWORD)));
        assertUnauthenticated(() -> access().verify(new Credential(null, secret(token))));
        assertProblem(
                () -> access().deleteUser(name), new Problem.NotFound("User with username=" + name + " not found"));
    }

    @Test
    void session_standsForItsUser_untilEnded() {
        var name = newUser();
        var session = access().openSession(new NewSession(new Credential(name, PASSWORD), 1_000_000));
        assertThat(secret(session)).matches("ffs_[A-Za-z0-9_-]{43}");
        assertThat(session.expiryTimeMillis()).isEqualTo(session.creationTimeMillis() + 1_000_000);
        var identity = access().verify(new Credential(null, secret(session)));
        assertThat(identity.user().username()).isEqualTo(name);
        assertThat(identity.sessionId()).isEqualTo(session.sessionId());
        assertThat(identity.expiryTimeMillis()).isEqualTo(session.expiryTimeMillis());
        assertThat(access().verify(new Credential(name, secret(session))).user().username())
                .isEqualTo(name);
        assertUnauthenticated(() -> access().verify(new Credential("admin", secret(session))));
        assertUnauthenticated(() -> access().verify(new Credential(null, secret(session) + "x")));
        assertThat(access().sessions(name))
                .containsExactly(new IssuedSession(
                        session.sessionId(), name, session.creationTimeMillis(), session.expiryTimeMillis(), null));
        var other = newUser();
        assertThatThrownBy(() -> access().endSession(other, session.sessionId()))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.NotFound.class));
        access().endSession(name, session.sessionId());
        assertUnauthenticated(() -> access().verify(new Credential(null, secret(session))));
        assertThat(access().sessions(name)).isEmpty();
    }

    @Test
    void session_isOpenedByThePasswordAlone_andForAWhile() {
        var name = newUser();
        var token = access().createToken(new NewToken(name, "x", null));
        assertUnauthenticated(
                () -> access().openSession(new NewSession(new Credential(name, PASSWORD + "x"), 1_000_000)));
        assertUnauthenticated(
                () -> access().openSession(new NewSession(new Credential(name, secret(token)), 1_000_000)));
        assertInvalid(() -> access().openSession(new NewSession(new Credential(null, secret(token)), 1_000_000)));
        assertInvalid(() -> access().openSession(new NewSession(new Credential(name, PASSWORD), 0)));
        assertInvalid(() -> access().openSession(new NewSession(new Credential(name, PASSWORD), Long.MAX_VALUE)));
    }

    @Test
    void session_endsByItself_withTheNextOpeningItIsGone() throws InterruptedException {
        var name = newUser();
        var session = access().openSession(new NewSession(new Credential(name, PASSWORD), 1));
        while (System.currentTimeMillis() <= session.expiryTimeMillis()) {
            Thread.sleep(1);
        }
        assertUnauthenticated(() -> access().verify(new Credential(null, secret(session))));
        assertThat(access().sessions(name)).isEmpty();
        access().openSession(new NewSession(new Credential(name, PASSWORD), 1_000_000));
        assertThat(access().sessions(name)).hasSize(1);
        assertThatThrownBy(() -> access().endSession(name, session.sessionId()))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.NotFound.class));
    }

    @Test
    void changedPassword_endsEverySession() {
        var name = newUser();
        var session = access().openSession(new NewSession(new Credential(name, PASSWORD), 1_000_000));
        access().setPassword(name, PASSWORD + " staple");
        assertUnauthenticated(() -> access().verify(new Credential(null, secret(session))));
        assertThat(access().sessions(name)).isEmpty();
    }

    @Test
    void guesses_areRefusedAfterAWhile_whatIsKnownIsNot() {
        var victim = newUser();
        var token = access().createToken(new NewToken(victim, "x", null));
        access().verify(new Credential(victim, PASSWORD));
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 1000; i++) {
                        try {
                            access().verify(new Credential(victim, "guess " + i));
                        } catch (ProblemException e) {
                            if (!(e.problem() instanceof Problem.Unauthenticated)) {
                                throw e;
                            }
                        }
                    }
                })
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.LimitExceeded.class));
        assertThat(access().verify(new Credential(victim, PASSWORD)).user().username())
                .isEqualTo(victim);
        access().verify(new Credential(null, secret(token)));
        access().verify(new Credential(newUser(), PASSWORD));
    }

    @Test
    void keyForCredentials_isTheSameForEverybody() {
        assertThat(access().credentialKey()).hasSize(32).isEqualTo(access().credentialKey());
    }

    @Test
    void administrator_isMadeOnlyWhereThereIsNobody() {
        newUser();
        assertThat(access().ensureAdministrator(PASSWORD)).isFalse();
    }

    @Test
    void secrets_areNotInTexts() {
        var name = newUser();
        var token = access().createToken(new NewToken(name, "x", null));
        assertThat(List.of(token, new Credential(name, PASSWORD), new NewUser(name, PASSWORD, false))
                        .toString())
                .doesNotContain(secret(token), PASSWORD);
    }

    private String newUser() {
        return access().createUser(new NewUser(name(), PASSWORD, false)).username();
    }

    private static String secret(IssuedSession session) {
        var secret = session.secret();
        assertThat(secret).isNotNull();
        return String.valueOf(secret);
    }

    private static String secret(IssuedToken token) {
        var secret = token.secret();
        assertThat(secret).isNotNull();
        return String.valueOf(secret);
    }

    private static String name() {
        return "u" + UUID.randomUUID().toString().substring(1);
    }

    private static void assertUnauthenticated(ThrowingCallable call) {
        assertProblem(call, new Problem.Unauthenticated("The credentials are not valid."));
    }

    private static void assertInvalid(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class));
    }

    private static void assertProblem(ThrowingCallable call, Problem expected) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(expected));
    }
}
