package dev.fourfold.standalone.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.fourfold.standalone.CommandFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What is asked of a gateway, printed and told by the exit status. */
final class MoveCommandTest {

    private static final String DIFFERENCE =
            "{\"experiment_id\":\"1\",\"run_id\":\"abc\",\"points_from\":5,\"points_to\":6,\"checksum_from\":\"0a\","
                    + "\"checksum_to\":\"0b\",\"key\":\"loss\",\"timestamp\":12,\"step\":7,\"value\":\"0.5\","
                    + "\"only_in\":\"influxdb\"}";

    @Test
    void start_followsUntilThereIsSomethingToDecide() throws IOException {
        var run = run(
                List.of(status("copying", 10, ""), status("comparing", 20, ""), status("watching", 20, "")),
                "--from",
                "postgres",
                "--to",
                "influx");
        assertThat(run.requests())
                .startsWith("POST /api/v1/metrics/move {\"from\":\"postgresql\",\"to\":\"influxdb\"}")
                .contains("GET /api/v1/metrics/move ");
        assertThat(run.printed()).contains("4/7 comparing", "5/7 watching", "--switch-writes");
        assertThat(run.status()).isZero();
    }

    @Test
    void difference_isNamedAndHasAStatusOfItsOwn() throws IOException {
        var run = run(List.of(status("different", 20, DIFFERENCE)), "--status");
        assertThat(run.printed())
                .contains(
                        "run abc of experiment 1",
                        "'loss'",
                        "timestamp 12",
                        "step 7",
                        "0.5 is in influxdb only",
                        "--mend");
        assertThat(run.status()).isEqualTo(3);
    }

    @Test
    void decisions_arePassedOn() throws IOException {
        for (String action : List.of("pause", "abort", "switch-writes", "retire")) {
            var run = run(List.of(status("watching", 1, "")), "--" + action);
            assertThat(run.requests()).containsExactly("POST /api/v1/metrics/move/" + action + " {}");
            assertThat(run.status()).isZero();
        }
        assertThat(run(List.of(status("aborted", 1, "")), "--status").status()).isEqualTo(4);
    }

    @Test
    void wrongUsageAndRefusals_haveTheirStatus() throws IOException {
        assertThat(run(List.of(), "--from", "postgres").status()).isEqualTo(2);
        assertThat(run(List.of(), "--pause", "--resume").status()).isEqualTo(2);
        assertThat(run(List.of(), "--from", "postgres", "--to", "paper").status())
                .isEqualTo(1);
        assertThat(run(List.of(), "--status").status()).isEqualTo(1);
    }

    private record Run(int status, String printed, List<String> requests) {}

    /** Runs the command against a gateway that gives these answers, the last one again and again; 400 without any. */
    private static Run run(List<String> answers, String... options) throws IOException {
        var requests = new ArrayList<String>();
        var left = new ArrayList<>(answers);
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = (left.isEmpty() ? "{}" : left.size() > 1 ? left.removeFirst() : left.getFirst())
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answers.isEmpty() ? 400 : 200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        try {
            var printed = new StringWriter();
            var line = new CommandLine(new MoveCommand())
                    .setOut(new PrintWriter(printed))
                    .setErr(new PrintWriter(printed))
                    .setExecutionExceptionHandler((failure, command, parsed) -> {
                        assertThat(failure).isInstanceOf(CommandFailure.class);
                        return CommandLine.ExitCode.SOFTWARE;
                    });
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            int status = line.execute(Stream.concat(Arrays.stream(options), Stream.of("--url", url))
                    .toArray(String[]::new));
            return new Run(status, printed.toString(), requests);
        } finally {
            server.stop(0);
        }
    }

    private static String status(String phase, int points, String difference) {
        int step = switch (phase) {
            case "copying" -> 3;
            case "comparing", "different" -> 4;
            case "watching" -> 5;
            default -> 0;
        };
        return "{\"reads\":\"postgresql\",\"writes\":[\"postgresql\",\"influxdb\"],\"move\":{\"id\":1,\"from\":\"postgresql\","
                + "\"to\":\"influxdb\",\"phase\":\"" + phase + "\",\"step\":" + step
                + ",\"paused\":false,\"runs\":2,\"runs_copied\":1,"
                + "\"runs_equal\":1,\"runs_different\":0,\"points_copied\":" + points + ",\"points_compared\":" + points
                + ",\"started_time\":1,\"changed_time\":2,\"problem\":null,\"differences\":[" + difference + "]}}";
    }
}
