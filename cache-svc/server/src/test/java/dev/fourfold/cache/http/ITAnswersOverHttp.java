package dev.fourfold.cache.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.embedded.TemporaryStores;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Hot answers as the gateway reaches them when cache-svc is a process of its own: everything survives the trip. */
final class ITAnswersOverHttp {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static EmbeddedServer service;
    private static ApplicationContext gateway;
    private static AnswerOperations answers;

    @BeforeAll
    static void start() {
        service = ApplicationContext.run(
                EmbeddedServer.class,
                Map.of(
                        "fourfold.redis.url", TemporaryStores.redis().url(),
                        "fourfold.redis.read-budget", "5s",
                        "fourfold.redis.write-budget", "5s",
                        "fourfold.service.separate", "true",
                        "micronaut.server.port", "-1",
                        "micronaut.server.thread-selection", "BLOCKING"));
        // Like the gateway, this context has the client and no Redis of its own: the client's bean is asked for by
        // name.
        gateway = ApplicationContext.run(Map.of(
                "fourfold.cache.url",
                "http://127.0.0.1:" + service.getPort(),
                "fourfold.redis.url",
                TemporaryStores.redis().url()));
        answers = gateway.getBeansOfType(AnswerOperations.class).stream()
                .filter(bean -> bean.getClass().getPackageName().endsWith(".client"))
                .findFirst()
                .orElseThrow();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        service.close();
    }

    @Test
    void hitMissMarkAndSettlement_surviveTheTrip() {
        String key = "run:" + UUID.randomUUID() + " é&?=";
        var view = new CacheView(System.nanoTime(), incarnation());
        byte[] answer = {0, -1, 10, 13, 127};
        for (int i = 0; i < 2; i++) {
            assertThat(answers.lookup(view, key)).isInstanceOf(Lookup.Miss.class);
            String token = ((Lookup.Miss) answers.lookup(view, key)).token();
            answers.fill(view, key, token, List.of(key, "experiment:1"), answer, LONG);
        }
        assertThat(((Lookup.Hit) answers.lookup(view, key)).answer()).isEqualTo(answer);
        String mark = answers.mark(view, List.of("experiment:1"), LONG);
        assertThat(answers.lookup(view, key)).isInstanceOf(Lookup.Bypass.class);
        answers.settle(view, mark, List.of("experiment:1"));
        assertThat(answers.lookup(view, key)).isInstanceOf(Lookup.Miss.class);
    }

    @Test
    void anotherStartOfRedis_isABypassForReadersAndAProblemForWriters() {
        var view = new CacheView(1, "not this one");
        assertThat(answers.lookup(view, "run:1")).isInstanceOf(Lookup.Bypass.class);
        assertThatThrownBy(() -> answers.mark(view, List.of("run:1"), LONG)).isInstanceOf(ProblemException.class);
    }

    @Test
    void theStatusOfRedis_survivesTheTrip() {
        assertThat(gateway.getBeansOfType(StoreOperations.class))
                .extracting(StoreOperations::status)
                .allSatisfy(status -> assertThat(status.available()).isTrue());
    }

    private static String incarnation() {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (true) {
            try {
                return answers.incarnation();
            } catch (ProblemException e) {
                if (System.nanoTime() > limit) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }
}
