package dev.fourfold.contract.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.fourfold.contract.Problem;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.propagation.PropagatedContext;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.client.annotation.Client;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;

/** The id of a request in answers, in the log, and on its way from one service to another, over HTTP. */
class ITRequestIds {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String GIVEN = "a-clients.own_ID-7";
    private static final String MADE = "[0-9a-f]{16}";

    private static EmbeddedServer far;
    private static EmbeddedServer near;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing(); // What the thread's log knows must be asked for in the thread.
            super.append(event);
        }
    };

    @BeforeAll
    static void start() {
        far = service(Map.of());
        near = service(Map.of("far.url", far.getURL().toString()));
    }

    @AfterAll
    static void stop() {
        near.close();
        far.close();
    }

    @BeforeEach
    void listen() {
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        root().detachAppender(log);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /ids/here, 200",
        "GET, /ids/far, 200",
        "GET, /ids/pieces, 200",
        "GET, /ids/empty, 200",
        "GET, /ids/problem, 404",
        "GET, /ids/away, 503",
        "GET, /ids/broken, 500",
        "GET, /ids/broken-later, 500",
        "GET, /ids/number?value=x, 400",
        "GET, /none, 404",
        "POST, /ids/here, 405",
        "POST, /ids/json, 415",
        "GET, /health/liveness, 200",
        "GET, /beans, 401",
        "HEAD, /ids/here, 200",
        "OPTIONS, /ids/here, 405",
    })
    void everyAnswer_hasTheIdThatWasGiven_orOneThatWasMade(String method, String path, int status) throws Exception {
        var given = send(near, method, path, GIVEN);
        assertThat(given.statusCode()).isEqualTo(status);
        assertThat(given.headers().allValues(RequestId.HEADER)).containsExactly(GIVEN);

        var one = send(near, method, path, null);
        var other = send(near, method, path, null);
        assertThat(one.headers().allValues(RequestId.HEADER))
                .singleElement()
                .satisfies(id -> assertThat(id).matches(MADE));
        assertThat(one.headers().allValues(RequestId.HEADER))
                .isNotEqualTo(other.headers().allValues(RequestId.HEADER));
    }

    @Test
    void aCallerWithoutTheSecret_isToldItToo() throws Exception {
        var request = HttpRequest.newBuilder(uri(near, "/ids/here")).header(RequestId.HEADER, GIVEN);
        var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue(RequestId.HEADER)).contains(GIVEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\tb", "<script>", "a\"b", "a,b", "\u00fc", "${jndi:x}", "%0a", ""})
    void id_thatIsNoPlainWord_isNotTakenOver(String odd) throws Exception {
        assertThat(idOfAnswerTo(raw("GET /ids/here HTTP/1.1\r\nX-Request-Id: " + odd)))
                .matches(MADE);
    }

    @Test
    void id_upTo128Characters_isTakenOver() throws Exception {
        assertThat(idOfAnswerTo(raw("GET /ids/here HTTP/1.1\r\nX-Request-Id: " + "x".repeat(128))))
                .isEqualTo("x".repeat(128));
        assertThat(idOfAnswerTo(raw("GET /ids/here HTTP/1.1\r\nX-Request-Id: " + "x".repeat(129))))
                .matches(MADE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ids/here%zz HTTP/1.1",
                "GET /ids/here?a=%zz HTTP/1.1",
                "RUBBISH",
                "FROB /ids/here HTTP/1.1",
            })
    void whatTheServerItselfRefuses_hasOne(String request) throws Exception {
        String answer = raw(request);
        assertThat(answer).matches("(?s)HTTP/1.[01] 4.*");
        assertThat(idOfAnswerTo(answer)).matches(MADE);
    }

    @Test
    void requestLine_thatIsTooLong_hasOne() throws Exception {
        String answer = raw("GET /ids/" + "x".repeat(20_000) + " HTTP/1.1");
        assertThat(answer).matches("(?s)HTTP/1.[01] 4.*");
        assertThat(idOfAnswerTo(answer)).matches(MADE);
        answer = raw("GET /ids/here HTTP/1.1\r\nX-Long: " + "x".repeat(20_000));
        assertThat(answer).matches("(?s)HTTP/1.[01] 4.*");
        assertThat(idOfAnswerTo(answer)).matches(MADE);
    }

    @Test
    void id_isWhatTheThreadWorksUnder_andWhatOtherServicesAreCalledWith() throws Exception {
        for (String path : List.of("here", "far", "pieces")) {
            assertThat(send(near, "GET", "/ids/" + path, GIVEN).body()).as(path).isEqualTo(GIVEN + " " + GIVEN);
        }
        assertThat(send(near, "GET", "/ids/spread", GIVEN).body()).isEqualTo("[" + GIVEN + " " + GIVEN + "]");
        String made = send(near, "GET", "/ids/far", null).body();
        assertThat(made).matches(MADE + " " + MADE);
    }

    @Test
    void defect_isLoggedOnce_withItsTraceAndTheId() throws Exception {
        for (String path : List.of("/ids/broken", "/ids/broken-later")) {
            log.list.clear();
            var answer = send(near, "GET", path, GIVEN);
            assertThat(answer.body()).doesNotContain("a defect").doesNotContain("Exception");
            assertThat(List.copyOf(log.list))
                    .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                    .singleElement()
                    .satisfies(event -> {
                        assertThat(event.getMDCPropertyMap()).containsEntry(RequestId.LOG_KEY, GIVEN);
                        assertThat(event.getThrowableProxy().getCause().getMessage())
                                .isEqualTo("a defect");
                    });
        }
    }

    @Test
    void thread_keepsNothing_ofWhatItServed() {
        for (@Nullable String before : Arrays.asList(null, "of-another")) {
            MDC.clear();
            if (before != null) {
                MDC.put(RequestId.LOG_KEY, before);
            }
            try (var _ = PropagatedContext.empty().plus(new RequestId(GIVEN)).propagate()) {
                assertThat(MDC.get(RequestId.LOG_KEY)).isEqualTo(GIVEN);
            }
            assertThat(MDC.get(RequestId.LOG_KEY)).isEqualTo(before);
            assertThat(RequestId.current()).isNull();
        }
        MDC.clear();
    }

    private HttpResponse<String> send(EmbeddedServer service, String method, String path, @Nullable String id)
            throws Exception {
        var request = HttpRequest.newBuilder(uri(service, path))
                .header(ServiceSecret.HEADER, SECRET)
                .header("Content-Type", "text/plain")
                .method(
                        method,
                        method.equals("POST")
                                ? HttpRequest.BodyPublishers.ofString("x")
                                : HttpRequest.BodyPublishers.noBody());
        if (id != null) {
            request.header(RequestId.HEADER, id);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI uri(EmbeddedServer service, String path) {
        return URI.create("http://127.0.0.1:" + service.getPort() + path);
    }

    private static String raw(String start) throws IOException {
        try (var socket = new Socket("127.0.0.1", near.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write((start + "\r\nHost: 127.0.0.1\r\nX-Fourfold-Secret: " + SECRET
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String idOfAnswerTo(String answer) {
        return answer.lines()
                .filter(line -> line.regionMatches(true, 0, "x-request-id: ", 0, 14))
                .map(line -> line.substring(14))
                .findFirst()
                .orElse("none in " + answer);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static EmbeddedServer service(Map<String, Object> settings) {
        var all = new java.util.HashMap<String, Object>(Map.of(
                "fourfold.service.separate", "true",
                "fourfold.service.secret", SECRET,
                "ids", "true",
                "micronaut.server.host", "127.0.0.1",
                "micronaut.server.port", -1,
                "micronaut.server.thread-selection", "BLOCKING",
                "endpoints.health.sensitive", "false"));
        all.putAll(settings);
        return ApplicationContext.run(EmbeddedServer.class, all);
    }

    @Client("${far.url}")
    @BetweenServices
    @Requires(property = "far.url")
    interface FarClient {

        @Get("/ids/here")
        String here();

        @Get("/ids/here")
        String hereAt(@Header(Instances.AT) String address);
    }

    @Controller("/ids")
    @Requires(property = "ids")
    static final class IdController {

        private final @Nullable FarClient client;

        IdController(@Nullable FarClient client) {
            this.client = client;
        }

        /** What the log knows, and what calls take along. */
        @Get("/here")
        String here() {
            return MDC.get(RequestId.LOG_KEY) + " " + RequestId.current();
        }

        @Get("/far")
        String far() {
            return Objects.requireNonNull(client).here();
        }

        @Get("/spread")
        String spread() {
            var instances = Instances.of(far.getURL() + ",http://localhost:" + far.getPort());
            Set<String> told = ConcurrentHashMap.newKeySet();
            told.addAll(instances.ask(
                    List.of("a", "b", "c", "d", "e", "f"),
                    run -> run,
                    (address, _) -> Objects.requireNonNull(client).hereAt(address)));
            return told.toString();
        }

        @Get(value = "/pieces", produces = MediaType.TEXT_PLAIN)
        PulledBody pieces() {
            return new PulledBody(
                    new PulledBody.Source() {
                        private boolean told;

                        @Override
                        public byte @Nullable [] next() {
                            byte[] piece = told ? null : here().getBytes(StandardCharsets.UTF_8);
                            told = true;
                            return piece;
                        }

                        @Override
                        public void close() {}
                    },
                    Duration.ofSeconds(5));
        }

        @Get("/empty")
        void empty() {}

        @Get("/problem")
        void problem() {
            throw new Problem.NotFound("no such thing").toException();
        }

        @Get("/away")
        void away() {
            throw new Problem.Unavailable("a store", "is away", Duration.ofSeconds(1)).toException();
        }

        @Get("/broken")
        String broken() {
            throw new IllegalStateException("a defect");
        }

        @Get("/broken-later")
        Mono<String> brokenLater() {
            return Mono.delay(Duration.ofMillis(1)).map(_ -> broken());
        }

        @Get("/number")
        String number(int value) {
            return "" + value;
        }

        @Post(value = "/json", consumes = MediaType.APPLICATION_JSON)
        String json(@Body Map<String, Object> body) {
            return body.toString();
        }
    }
}
