package dev.fourfold.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.fakes.FakeAccess;
import dev.fourfold.metadata.access.Credential;
import dev.fourfold.metadata.access.NewUser;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That somebody learns the first administrator's password, whatever becomes of the answers. */
class FirstAdministratorTest {

    private static final Pattern TOLD = Pattern.compile("administrator is 'admin' with the password (\\S+)");

    private final FakeAccess access = new FakeAccess();
    private final FirstAdministrator first = new FirstAdministrator(
            new DoorConfiguration(
                    DoorConfiguration.SignIn.REQUIRED, List.of(), List.of(), List.of(), Duration.ofHours(12)),
            access);
    private final PrintStream screen = System.out;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void stop() {
        System.setOut(screen);
        first.stop();
    }

    @Test
    void thePassword_isTold_andRight() {
        first.onApplicationEvent(start());
        assertTold();
    }

    @Test
    void anAnswerThatIsLost_losesNoPassword() {
        access.loseAnswers(new Problem.Unavailable("metadata-svc", "no answer in time", Duration.ofSeconds(1)));
        first.onApplicationEvent(start());
        awaitTold();
        assertTold();
    }

    @Test
    void aServiceThatIsBusy_isAskedAgain() {
        access.loseAnswers(new Problem.LimitExceeded("Too many sign-ins at once", Duration.ofSeconds(2)));
        first.onApplicationEvent(start());
        awaitTold();
        assertTold();
    }

    @Test
    void whoIsThereAlready_isLeftAlone() {
        access.createUser(new NewUser("admin", "another's-long-one", true));
        access.loseAnswers(new Problem.Unavailable("metadata-svc", "no answer in time", Duration.ofSeconds(1)));
        first.onApplicationEvent(start());
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (access.ensured() < 2) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.onSpinWait();
        }
        first.stop();
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
        access.verify(new Credential("admin", "another's-long-one"));
    }

    private void assertTold() {
        Matcher told = TOLD.matcher(said.toString(StandardCharsets.UTF_8));
        assertThat(told.find()).isTrue();
        String password = told.group(1);
        assertThat(password).hasSizeGreaterThanOrEqualTo(20);
        assertThat(access.verify(new Credential("admin", password)).user().administrator())
                .isTrue();
        assertThat(told.find()).as("told twice").isFalse();
    }

    private void awaitTold() {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!TOLD.matcher(said.toString(StandardCharsets.UTF_8)).find()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.onSpinWait();
        }
    }

    /** Of a server that nobody asks for anything. */
    private static ServerStartupEvent start() {
        return new ServerStartupEvent((EmbeddedServer) Proxy.newProxyInstance(
                FirstAdministratorTest.class.getClassLoader(),
                new Class<?>[] {EmbeddedServer.class},
                (_, _, _) -> null));
    }
}
