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
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A service that works on two requests at once, over HTTP. */
@Timeout(60)
class ITServiceLoad {

    @Test
    void whatIsTooMuch_isRefusedAtOnce_probesAreNot_andThereIsRoomAgainAfterwards() throws Exception {
        try (var http = HttpClient.newHttpClient();
                var service = ApplicationContext.run(
                        EmbeddedServer.class,
                        Map.of(
                                "fourfold.service.separate", "true",
                                "fourfold.service.max-requests", 2,
                                "halls", "true",
                                "micronaut.server.host", "127.0.0.1",
                                "micronaut.server.port", -1,
                                "micronaut.server.thread-selection", "BLOCKING",
                                "endpoints.health.sensitive", "false"));
                var caller = ApplicationContext.run(
                        Map.of("halls", "true", "halls.url", service.getURL().toString()));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var halls = caller.getBean(HallClient.class);
            var controller = service.getApplicationContext().getBean(HallController.class);
            var first = threads.submit(halls::held);
            var second = threads.submit(halls::held);
            controller.entered.await();
            for (int request = 0; request < 5; request++) {
                assertThatThrownBy(halls::open)
                        .isInstanceOfSatisfying(
                                ProblemException.class,
                                e -> assertThat(e.problem()).isInstanceOf(Problem.LimitExceeded.class));
            }
            var probe = HttpRequest.newBuilder(URI.create(service.getURL() + "/health/liveness"))
                    .build();
            assertThat(http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode())
                    .isEqualTo(200);
            controller.leave.countDown();
            assertThat(first.get()).isEqualTo("left");
            assertThat(second.get()).isEqualTo("left");
            for (int request = 0; request < 5; request++) {
                assertThat(halls.open()).isEqualTo("open");
            }
        }
    }

    @Client("${halls.url}")
    @Requires(property = "halls.url")
    @BetweenServices
    interface HallClient {

        @Get("/halls/held")
        String held();

        @Get("/halls/open")
        String open();
    }

    @Controller("/halls")
    @Requires(property = "halls")
    static final class HallController {

        private final CountDownLatch entered = new CountDownLatch(2);
        private final CountDownLatch leave = new CountDownLatch(1);

        @Get("/held")
        String held() throws InterruptedException {
            entered.countDown();
            leave.await();
            return "left";
        }

        @Get("/open")
        String open() {
            return "open";
        }
    }
}
