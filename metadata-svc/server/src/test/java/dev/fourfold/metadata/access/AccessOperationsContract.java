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
        assertThat(access().verify(new Credential(user.username(), PASSWORD))).isEqualTo(user);
        assertThat(access().verify(new Credential(user.username(), PASSWORD))).isEqualTo(user);
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
        assertThat(access().verify(new Credential(name, longOne + "a")).username())
                .isEqualTo(name);
    }

    @Test
    void changedPassword_endsTheOldOneAtOnce_butNoToken() {
        var name = newUser();
        var token = access().createToken(new NewToken(name, "laptop", null));
        access().verify(new Credential(name, PASSWORD));
        access().setPassword(name, PASSWORD + " staple");
        assertUnauthenticated(() -> access().verify(new Credential(name, PASSWORD)));
        assertThat(access().verify(new Credential(name, PASSWORD + " staple")).username())
                .isEqualTo(name);
        assertThat(access().verify(new Credential(null, secret(token))).username())
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
                "a\u0000bcdefghijklmnop"
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
        assertThat(access().verify(new Credential(null, secret(issued))).username())
                .isEqualTo(name);
        assertThat(access().verify(new Credential(name, secret(issued))).username())
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
        var expiring = access().createToken(new NewToken(name, "x", Long.MAX_VALUE));
        assertThat(expiring.expiryTimeMillis()).isEqualTo(Long.MAX_VALUE);
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
    void administrator_isMadeOnlyWhereThereIsNobody() {
        newUser();
        assertThat(access().ensureAdministrator()).isEmpty();
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
