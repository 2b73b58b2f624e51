package dev.fourfold.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.http.ErrorFormat;
import io.micronaut.context.ApplicationContext;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every problem in every family. */
class ErrorFormatsTest {

    private static final List<Problem> PROBLEMS = List.of(
            new Problem.InvalidArgument("why"),
            new Problem.NotFound("why"),
            new Problem.AlreadyExists("why"),
            new Problem.InvalidState("why"),
            new Problem.Conflict("why"),
            new Problem.Unauthenticated("why"),
            new Problem.PermissionDenied("why"),
            new Problem.TooLarge("why"),
            new Problem.Full("why"),
            new Problem.LimitExceeded("why", Duration.ofSeconds(7)),
            new Problem.Unsupported("why"),
            new Problem.Unavailable("influxdb", "why", Duration.ofMillis(200)),
            new Problem.Internal("why"));

    private static final ApplicationContext CONTEXT = ApplicationContext.run(Map.of("fourfold.cache.enabled", "false"));

    private final List<ErrorFormat> formats = List.copyOf(CONTEXT.getBeansOfType(ErrorFormat.class));

    @AfterAll
    static void close() {
        CONTEXT.close();
    }

    @Test
    void table_holdsEveryProblem() {
        assertThat(PROBLEMS.stream().map(Object::getClass).toList())
                .containsExactlyInAnyOrderElementsOf(Arrays.asList(Problem.class.getPermittedSubclasses()));
        assertThat(formats)
                .extracting(ErrorFormat::pathPrefix)
                .containsExactlyInAnyOrder("/", "/api/v1", "/v1/logs", "/loki/api/v1", "/grafana/influx");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "InvalidArgument, 400, INVALID_PARAMETER_VALUE, KAM00, INVALID_PARAMETER_VALUE, -",
                "NotFound, 404, RESOURCE_DOES_NOT_EXIST, KAM00, RESOURCE_NOT_FOUND, -",
                "AlreadyExists, 400, RESOURCE_ALREADY_EXISTS, KAM00, RESOURCE_ALREADY_EXISTS, -",
                "InvalidState, 400, INVALID_PARAMETER_VALUE, KAM00, INVALID_PARAMETER_VALUE, -",
                "Conflict, 409, RESOURCE_CONFLICT, -, -, -",
                "Unauthenticated, 401, UNAUTHENTICATED, -, -, -",
                "PermissionDenied, 403, PERMISSION_DENIED, KAM00, PERMISSION_DENIED, -",
                "TooLarge, 413, INVALID_PARAMETER_VALUE, KAM00, INVALID_PARAMETER_VALUE, -",
                "Full, 413, RESOURCE_EXHAUSTED, -, -, -",
                "LimitExceeded, 429, REQUEST_LIMIT_EXCEEDED, -, -, 7",
                "Unsupported, 501, NOT_IMPLEMENTED, -, -, -",
                "Unavailable, 503, TEMPORARILY_UNAVAILABLE, XXM00, CLIENT_INTERNAL_ERROR, 1",
                "Internal, 500, INTERNAL_ERROR, XXM00, CLIENT_INTERNAL_ERROR, -"
            })
    void problem_inMlflowsForm(
            String name, int status, String code, String sqlstate, String errorClass, String retryAfter) {
        var answer = format("/").problem(problem(name));
        assertThat(answer.code()).isEqualTo(status);
        assertThat(answer.getHeaders().get("Retry-After")).isEqualTo(retryAfter);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"error_code\":\"" + code + "\",\"message\":\"why\""
                        + (sqlstate == null
                                ? ""
                                : ",\"sqlstate\":\"" + sqlstate + "\",\"error_class\":\"" + errorClass + "\"")
                        + "}");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "InvalidArgument, 400, invalid-argument, -",
                "NotFound, 404, not-found, -",
                "AlreadyExists, 409, already-exists, -",
                "InvalidState, 409, invalid-state, -",
                "Conflict, 409, conflict, -",
                "Unauthenticated, 401, unauthenticated, -",
                "PermissionDenied, 403, permission-denied, -",
                "TooLarge, 413, too-large, -",
                "Full, 413, full, -",
                "LimitExceeded, 429, limit-exceeded, 7",
                "Unsupported, 501, unsupported, -",
                "Unavailable, 503, unavailable, 1",
                "Internal, 500, internal, -"
            })
    void problem_asProblemDetails(String name, int status, String type, String retryAfter) {
        var answer = format("/api/v1").problem(problem(name));
        assertThat(answer.code()).isEqualTo(status);
        assertThat(answer.getHeaders().get("Retry-After")).isEqualTo(retryAfter);
        assertThat(answer.getContentType().orElseThrow().getName()).isEqualTo("application/problem+json");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .startsWith("{\"type\":\"urn:fourfold:problem:" + type + "\",\"title\":\"")
                .contains("\"status\":" + status + ",\"detail\":\"why\"");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "InvalidArgument, 400, 3, -",
                "NotFound, 404, 5, -",
                "AlreadyExists, 409, 6, -",
                "InvalidState, 409, 9, -",
                "Conflict, 409, 10, -",
                "Unauthenticated, 401, 16, -",
                "PermissionDenied, 403, 7, -",
                "TooLarge, 413, 8, -",
                "Full, 413, 8, -",
                "LimitExceeded, 429, 8, 7",
                "Unsupported, 501, 12, -",
                "Unavailable, 503, 14, 1",
                "Internal, 500, 13, -"
            })
    void problem_inOpenTelemetrysForm(String name, int status, int code, String retryAfter) {
        var asJson = format("/v1/logs").problem(HttpRequest.POST("/v1/logs", ""), problem(name));
        assertThat(asJson.code()).isEqualTo(status);
        assertThat(asJson.getHeaders().get("Retry-After")).isEqualTo(retryAfter);
        assertThat(new String(asJson.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"code\":" + code + ",\"message\":\"why\"}");
        var request = HttpRequest.POST("/v1/logs", "").contentType("application/x-protobuf");
        var asBytes = format("/v1/logs").problem(request, problem(name));
        assertThat(asBytes.code()).isEqualTo(status);
        assertThat(asBytes.body()).isEqualTo(new byte[] {8, (byte) code, 18, 3, 'w', 'h', 'y'});
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "InvalidArgument, 400, bad_data, -",
                "NotFound, 404, not_found, -",
                "AlreadyExists, 409, bad_data, -",
                "InvalidState, 409, bad_data, -",
                "Conflict, 409, bad_data, -",
                "Unauthenticated, 401, unauthorized, -",
                "PermissionDenied, 403, forbidden, -",
                "TooLarge, 413, execution, -",
                "Full, 413, execution, -",
                "LimitExceeded, 429, execution, 7",
                "Unsupported, 501, execution, -",
                "Unavailable, 503, unavailable, 1",
                "Internal, 500, internal, -"
            })
    void problem_inLokisForm(String name, int status, String type, String retryAfter) {
        var answer = format("/loki/api/v1").problem(problem(name));
        assertThat(answer.code()).isEqualTo(status);
        assertThat(answer.getHeaders().get("Retry-After")).isEqualTo(retryAfter);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo("{\"status\":\"error\",\"errorType\":\"" + type + "\",\"message\":\"why\"}");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "InvalidArgument, 400, -",
                "NotFound, 404, -",
                "AlreadyExists, 409, -",
                "InvalidState, 409, -",
                "Conflict, 409, -",
                "Unauthenticated, 401, -",
                "PermissionDenied, 403, -",
                "TooLarge, 413, -",
                "Full, 413, -",
                "LimitExceeded, 429, 7",
                "Unsupported, 501, -",
                "Unavailable, 503, 1",
                "Internal, 500, -"
            })
    void problem_inInfluxDbsForm(String name, int status, String retryAfter) {
        var answer = format("/grafana/influx").problem(problem(name));
        assertThat(answer.code()).isEqualTo(status);
        assertThat(answer.getHeaders().get("Retry-After")).isEqualTo(retryAfter);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{\"error\":\"why\"}");
    }

    @Test
    void refusal_ofEveryStatus_hasABodyInEveryFamily() {
        for (ErrorFormat format : formats) {
            for (HttpStatus status : HttpStatus.values()) {
                if (status.getCode() >= 400 && status.getCode() < 500) {
                    var answer = format.refusal(status, "why");
                    assertThat(answer.code())
                            .as("%s %s", format.pathPrefix(), status)
                            .isEqualTo(status.getCode());
                    assertThat(answer.body()).isNotEmpty();
                }
            }
        }
    }

    private ErrorFormat format(String prefix) {
        return formats.stream()
                .filter(format -> format.pathPrefix().equals(prefix))
                .findFirst()
                .orElseThrow();
    }

    private static Problem problem(String name) {
        return Objects.requireNonNull(PROBLEMS.stream()
                .filter(problem -> problem.getClass().getSimpleName().equals(name))
                .findFirst()
                .orElseThrow());
    }
}
