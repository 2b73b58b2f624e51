package dev.fourfold.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.contract.live.LiveNews;
import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeAccess;
import dev.fourfold.gateway.fakes.FakeMetrics;
import dev.fourfold.gateway.fakes.FakeRuns;
import dev.fourfold.metadata.access.NewToken;
import dev.fourfold.metadata.access.NewUser;
import dev.fourfold.metadata.run.CreateRun;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A gateway where everybody must sign in. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
@Property(name = "fourfold.security.sign-in", value = "REQUIRED")
class SignInRequiredTest {

    private final Door door;
    private final FakeAccess access;
    private final FakeMetrics metrics;
    private final FakeRuns runs;

    SignInRequiredTest(Door door, FakeAccess access, FakeMetrics metrics, FakeRuns runs) {
        this.door = door;
        this.access = access;
        this.metrics = metrics;
        this.runs = runs;
    }

    @Test
    void hostThatNobodyListed_isAnswered() {
        assertThat(version("ml.example.org")).startsWith("HTTP/1.1 200");
    }

    @Test
    void liveStream_endsWithTheTokenThatLetItIn() {
        access.createUser(new NewUser("ann", "correct-horse-battery", false));
        var token = access.createToken(new NewToken("ann", "", null));
        String run =
                runs.create(new CreateRun("0", "", null, 1, List.of())).info().runId();
        metrics.nextLive(new Quiet(() -> access.revokeToken("ann", token.tokenId())));
        var answer = door.send(HttpRequest.newBuilder(door.uri("/api/v1/metrics/live?run_id=" + run))
                .header("Authorization", "Bearer " + token.secret()));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("event: end\ndata: {\"reason\":\"signed_out\",");
    }

    private String version(String host) {
        return door.raw("GET /version HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    /** Has no news for a while, during which something happens, and then ends by itself. */
    private static final class Quiet implements LiveFeed {

        private final Runnable meanwhile;
        private int asked;

        Quiet(Runnable meanwhile) {
            this.meanwhile = meanwhile;
        }

        @Override
        public List<String> missed() {
            return List.of();
        }

        @Override
        public String position() {
            return "p-0";
        }

        @Override
        public LiveNews next(Duration wait) {
            if (asked++ > 0) {
                return new LiveNews.Ended("It went.");
            }
            meanwhile.run();
            return new LiveNews.Quiet("p-1");
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
