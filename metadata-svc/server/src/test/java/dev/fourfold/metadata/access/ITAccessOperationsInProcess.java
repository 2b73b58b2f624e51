package dev.fourfold.metadata.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import io.micronaut.context.ApplicationContext;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The operations as the one-JVM form calls them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITAccessOperationsInProcess extends AccessOperationsContract {

    private final ApplicationContext context = OneProcess.start(TestPostgres.emptyDatabase());

    @AfterAll
    void stop() {
        context.close();
    }

    @Test
    void ofSessions_thereIsAMost_whichChangesNothingForWhoHasThem() {
        String name = "s" + UUID.randomUUID();
        var credential = new Credential(name, "correct horse battery");
        access().createUser(new NewUser(name, credential.secret(), false));
        var request = new NewSession(credential, 1_000_000);
        var last = access().openSession(request);
        for (int i = 1; i < 1000; i++) {
            last = access().openSession(request);
        }
        assertThatThrownBy(() -> access().openSession(request))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.InvalidState.class));
        assertThat(access().sessions(name)).hasSize(1000);
        access().endSession(name, last.sessionId());
        assertThat(access().openSession(request).username()).isEqualTo(name);
    }

    @Test
    void ofTokens_thereIsAMost_andThoseThatExpiredMakeRoom() throws Exception {
        String name = "t" + UUID.randomUUID();
        access().createUser(new NewUser(name, "correct horse battery", false));
        var request = new NewToken(name, "x", null);
        long end = System.currentTimeMillis() + 1_000;
        access().createToken(new NewToken(name, "short", end));
        for (int i = 1; i < 1000; i++) {
            access().createToken(request);
        }
        while (System.currentTimeMillis() <= end) {
            Thread.sleep(10);
        }
        var last = access().createToken(request);
        assertThat(access().tokens(name))
                .hasSize(1000)
                .noneMatch(token -> token.label().equals("short"));
        assertThatThrownBy(() -> access().createToken(request))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.InvalidState.class));
        access().revokeToken(name, last.tokenId());
        assertThat(access().createToken(request).username()).isEqualTo(name);
    }

    @Override
    protected AccessOperations access() {
        return context.getBean(AccessOperations.class);
    }
}
