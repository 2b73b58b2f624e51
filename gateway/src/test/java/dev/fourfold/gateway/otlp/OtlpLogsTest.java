package dev.fourfold.gateway.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeLogs;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /v1/logs} over HTTP. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class OtlpLogsTest {

    private final Door door;
    private final FakeLogs logs;

    OtlpLogsTest(Door door, FakeLogs logs) {
        this.door = door;
        this.logs = logs;
    }

    @Test
    void records_inProtobuf_areLines_andAnEqualRequestAddsNone() throws Exception {
        String run = newRun();
        var request = ExportLogsServiceRequest.newBuilder();
        var resource = request.addResourceLogsBuilder();
        resource.getResourceBuilder()
                .addAttributes(attribute("mlflow.run_id", text(run)))
                .addAttributes(attribute("fourfold.rank", text("3")))
                .addAttributes(attribute("service.name", text("train")));
        var scope = resource.addScopeLogsBuilder();
        scope.getScopeBuilder().setName("my.logger");
        var same = LogRecord.newBuilder()
                .setTimeUnixNano(1_700_000_000_000_000_001L)
                .setSeverityNumber(SeverityNumber.SEVERITY_NUMBER_WARN2)
                .setBody(text("a loss of 0.5"))
                .setTraceId(ByteString.fromHex("000102030405060708090a0b0c0d0e0f"))
                .addAttributes(
                        attribute("epoch", AnyValue.newBuilder().setIntValue(7).build()))
                .build();
        scope.addLogRecords(same).addLogRecords(same);
        scope.addLogRecords(LogRecord.newBuilder()
                .setObservedTimeUnixNano(5)
                .setBody(AnyValue.newBuilder().setBoolValue(true))
                .addAttributes(attribute("log.iostream", text("stderr"))));

        for (int i = 0; i < 2; i++) {
            var answer = send("application/x-protobuf", i == 1, request.build().toByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-protobuf");
            assertThat(ExportLogsServiceResponse.parseFrom(answer.body()).hasPartialSuccess())
                    .isFalse();
        }

        List<LogLine> lines = logs.linesOf(run);
        assertThat(lines).hasSize(3);
        LogLine first = lines.getFirst();
        assertThat(first.stream()).isEqualTo("my.logger");
        assertThat(first.level()).isEqualTo(LogLevel.WARN);
        assertThat(first.message()).isEqualTo("a loss of 0.5");
        assertThat(first.rank()).isEqualTo(3);
        assertThat(first.timeNanos()).isEqualTo(1_700_000_000_000_000_001L);
        assertThat(first.fields())
                .isEqualTo(
                        "{\"epoch\":7,\"trace_id\":\"000102030405060708090a0b0c0d0e0f\",\"resource\":{\"service.name\":\"train\"}}");
        assertThat(lines.get(1).writer()).isEqualTo(first.writer());
        assertThat(lines.get(1).sequence()).isEqualTo(first.sequence() + 1);
        assertThat(lines.get(2).stream()).isEqualTo("stderr");
        assertThat(lines.get(2).message()).isEqualTo("true");
        assertThat(lines.get(2).timeNanos()).isEqualTo(5);
    }

    @Test
    void records_inJson_areLines() throws Exception {
        String run = newRun();
        String body = """
                {"resourceLogs":[{"resource":{"attributes":[{"key":"host","value":{"stringValue":"h"}}]},"scopeLogs":[{"logRecords":[
                {"timeUnixNano":"1700000000000000002","severityNumber":17,"body":{"kvlistValue":{"values":[{"key":"a","value":{"arrayValue":{"values":[{"doubleValue":0.5},{}]}}}]}},
                 "attributes":[{"key":"mlflow.run_id","value":{"stringValue":"%s"}}],"notKnown":{"yet":1}}]}]}]}
                """.formatted(run);
        var answer = send("application/json", false, body.getBytes(StandardCharsets.UTF_8));
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("{}");
        LogLine line = logs.linesOf(run).getFirst();
        assertThat(line.message()).isEqualTo("{\"a\":[0.5,null]}");
        assertThat(line.level()).isEqualTo(LogLevel.ERROR);
        assertThat(line.stream()).isEqualTo("otlp");
        assertThat(line.fields()).isEqualTo("{\"resource\":{\"host\":\"h\"}}");
    }

    @Test
    void severities_areLevels() throws Exception {
        String run = newRun();
        var request = ExportLogsServiceRequest.newBuilder();
        var scope = request.addResourceLogsBuilder().addScopeLogsBuilder();
        for (int number = 0; number <= 24; number++) {
            scope.addLogRecords(LogRecord.newBuilder()
                    .setTimeUnixNano(number + 1)
                    .setSeverityNumberValue(number)
                    .addAttributes(attribute("mlflow.run_id", text(run))));
        }
        assertThat(send("application/x-protobuf", false, request.build().toByteArray())
                        .statusCode())
                .isEqualTo(200);
        var lines = logs.linesOf(run);
        assertThat(lines.getFirst().level()).isEqualTo(LogLevel.INFO);
        for (int number = 1; number <= 24; number++) {
            assertThat(lines.get(number).level()).isEqualTo(LogLevel.values()[(number - 1) / 4]);
        }
    }

    @Test
    void header_namesTheRunOfRecordsThatNameNone() throws Exception {
        String run = newRun();
        var request = ExportLogsServiceRequest.newBuilder();
        request.addResourceLogsBuilder()
                .addScopeLogsBuilder()
                .addLogRecords(LogRecord.newBuilder().setTimeUnixNano(1).setBody(text("a")));
        var answer = client().send(
                        HttpRequest.newBuilder(door.uri("/v1/logs"))
                                .header("Content-Type", "application/x-protobuf")
                                .header("x-mlflow-run-id", run)
                                .POST(HttpRequest.BodyPublishers.ofByteArray(
                                        request.build().toByteArray()))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(logs.linesOf(run)).hasSize(1);
    }

    @Test
    void record_thatCannotBeALine_isRejectedAlone() throws Exception {
        String run = newRun();
        var request = ExportLogsServiceRequest.newBuilder();
        var scope = request.addResourceLogsBuilder().addScopeLogsBuilder();
        var good = LogRecord.newBuilder().setTimeUnixNano(1).setBody(text("good"));
        good.addAttributes(attribute("mlflow.run_id", text(run)));
        scope.addLogRecords(good);
        scope.addLogRecords(LogRecord.newBuilder().setTimeUnixNano(1).setBody(text("of no run")));
        scope.addLogRecords(good.clone().setTimeUnixNano(-1));
        scope.addLogRecords(good.clone().setBody(text("x".repeat((1 << 20) + 1))));
        scope.addLogRecords(good.clone().addAttributes(attribute("fourfold.rank", text("first"))));
        scope.addLogRecords(good.clone().addAttributes(attribute("log.iostream", text("a\u0007b"))));
        scope.addLogRecords(good.clone().setAttributes(0, attribute("mlflow.run_id", text("0".repeat(32)))));
        var answer = send("application/x-protobuf", false, request.build().toByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        var partial = ExportLogsServiceResponse.parseFrom(answer.body()).getPartialSuccess();
        assertThat(partial.getRejectedLogRecords()).isEqualTo(6);
        assertThat(partial.getErrorMessage())
                .startsWith("6 log records rejected; the first: no run: set the attribute");
        assertThat(logs.linesOf(run)).hasSize(1);
    }

    @Test
    void request_withoutOneGoodRecord_isRefused() throws Exception {
        var request = ExportLogsServiceRequest.newBuilder();
        request.addResourceLogsBuilder().addScopeLogsBuilder().addLogRecords(LogRecord.newBuilder());
        var answer = send("application/x-protobuf", false, request.build().toByteArray());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-protobuf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"resourceLogs\":[{\"scopeLogs\":7}]}", "\u0000\u00ff"})
    void body_thatIsMalformed_isRefused(String body) throws Exception {
        var answer = send("application/json", false, body.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).startsWith("{\"code\":3,\"message\":\"");
        byte[] cut = {10, 50, 1};
        assertThat(send("application/x-protobuf", false, cut).statusCode()).isEqualTo(400);
        assertThat(send("text/plain", false, cut).statusCode()).isEqualTo(400);
    }

    @Test
    void attributes_nestedTooDeep_areRefused() throws Exception {
        AnyValue value = text("deep");
        for (int i = 0; i < 120; i++) {
            var around = AnyValue.newBuilder();
            around.getArrayValueBuilder().addValues(value);
            value = around.build();
        }
        var request = ExportLogsServiceRequest.newBuilder();
        request.addResourceLogsBuilder()
                .addScopeLogsBuilder()
                .addLogRecords(LogRecord.newBuilder().setBody(value));
        assertThat(send("application/x-protobuf", false, request.build().toByteArray())
                        .statusCode())
                .isEqualTo(400);
        String json = "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":"
                + "{\"arrayValue\":{\"values\":[".repeat(5_000) + "]}}".repeat(5_000) + "}]}]}]}";
        assertThat(send("application/json", false, json.getBytes(StandardCharsets.UTF_8))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void request_withoutRecords_isTaken() throws Exception {
        assertThat(send("application/x-protobuf", false, new byte[0]).statusCode())
                .isEqualTo(200);
        assertThat(send("application/json", true, new byte[] {'{', '}'}).statusCode())
                .isEqualTo(200);
    }

    @Test
    void lines_ofManyRuns_areKeptApart() throws Exception {
        var runs = new HashSet<String>();
        var request = ExportLogsServiceRequest.newBuilder();
        var scope = request.addResourceLogsBuilder().addScopeLogsBuilder();
        for (int i = 0; i < 3; i++) {
            String run = newRun();
            runs.add(run);
            scope.addLogRecords(LogRecord.newBuilder()
                    .setTimeUnixNano(1)
                    .setBody(text("the same"))
                    .addAttributes(attribute("mlflow.run_id", text(run))));
        }
        assertThat(send("application/x-protobuf", false, request.build().toByteArray())
                        .statusCode())
                .isEqualTo(200);
        assertThat(runs).allSatisfy(run -> assertThat(logs.linesOf(run)).hasSize(1));
    }

    private HttpResponse<byte[]> send(String type, boolean packed, byte[] body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(door.uri("/v1/logs")).header("Content-Type", type);
        if (packed) {
            request.header("Content-Encoding", "gzip");
        }
        byte[] sent = packed ? gzip(body) : body;
        return client().send(
                        request.POST(HttpRequest.BodyPublishers.ofByteArray(sent))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private static byte[] gzip(byte[] body) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new GZIPOutputStream(bytes)) {
            out.write(body);
        }
        return bytes.toByteArray();
    }

    private static KeyValue attribute(String key, AnyValue value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    private static AnyValue text(String text) {
        return AnyValue.newBuilder().setStringValue(text).build();
    }

    private String newRun() {
        return door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\"}")
                .body()
                .replaceAll(".*\"run_id\":\"(\\w+)\".*", "$1");
    }
}
