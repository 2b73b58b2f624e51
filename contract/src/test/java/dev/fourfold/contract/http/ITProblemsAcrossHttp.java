package dev.fourfold.contract.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ITProblemsAcrossHttp {

    private static final List<Problem> PROBLEMS = List.of(
            new Problem.InvalidArgument("\"quoted\", line\nand ü"),
            new Problem.NotFound("b"),
            new Problem.AlreadyExists("c"),
            new Problem.InvalidState("d"),
            new Problem.Conflict("e"),
            new Problem.Unauthenticated("f"),
            new Problem.PermissionDenied("g"),
            new Problem.TooLarge("h"),
            new Problem.LimitExceeded("i", Duration.ofMillis(1500)),
            new Problem.Unsupported("j"),
            new Problem.Unavailable("redis", "k", Duration.ofMillis(250)),
            new Problem.Internal("l"));

    private static EmbeddedServer server;

    @BeforeAll
    static void start() {
        server = ApplicationContext.run(
                EmbeddedServer.class,
                Map.of(
                        "fourfold.service.separate", "true",
                        "problems.thrown", "true",
                        "micronaut.server.host", "127.0.0.1",
                        "micronaut.server.port", -1));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void problem_thrownThere_isThrownHere(int index) {
        var client = server.getApplicationContext().getBean(ProblemClient.class);

        for (boolean asText : new boolean[] {true, false}) {
            assertThatThrownBy(() -> {
                        if (asText) {
                            client.text(index);
                        } else {
                            client.nothing(index);
                        }
                    })
                    .isInstanceOfSatisfying(
                            ProblemException.class, e -> assertThat(e.problem()).isEqualTo(PROBLEMS.get(index)));
        }
    }

    @Test
    void anythingElse_isUnavailable() {
        var client = server.getApplicationContext().getBean(ProblemClient.class);

        assertThatThrownBy(client::missing)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));
    }

    @Client("/")
    @BetweenServices
    @Requires(property = "problems.thrown")
    interface ProblemClient {

        @Get("/problem/{index}")
        String text(int index);

        @Get("/problem/{index}")
        void nothing(int index);

        @Get("/missing")
        String missing();
    }

    @Controller
    @Requires(property = "problems.thrown")
    static final class ProblemController {

        @Get("/problem/{index}")
        String text(int index) {
            throw PROBLEMS.get(index).toException();
        }
    }
}
