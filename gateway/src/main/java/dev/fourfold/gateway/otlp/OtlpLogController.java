package dev.fourfold.gateway.otlp;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOperations;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Takes what OpenTelemetry's exporters send: {@code POST /v1/logs}, in protobuf or JSON, packed with gzip or not. */
@Controller
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class OtlpLogController {

    static final String PATH = "/v1/logs";

    /** The run of records that name none themselves; MLflow's own door for traces has it too. */
    static final String RUN_HEADER = "x-mlflow-run-id";

    /** What one append takes. */
    private static final int LINES_AT_ONCE = 10_000;

    private final LogOperations logs;
    private final RunPlaces places;

    OtlpLogController(LogOperations logs, RunPlaces places) {
        this.logs = logs;
        this.places = places;
    }

    @Access(AccessLevel.WRITE)
    @Post(PATH)
    HttpResponse<byte[]> export(HttpRequest<?> request) {
        OtlpForm form = OtlpForm.of(request)
                .orElseThrow(() -> new Problem.InvalidArgument(
                                "Content-Type must be application/x-protobuf or application/json.")
                        .toException());
        var message = ExportLogsServiceRequest.newBuilder();
        form.read(
                form == OtlpForm.JSON
                        ? Bodies.readText(request, Bodies.BATCH_LIMIT)
                        : Bodies.read(request, Bodies.BATCH_LIMIT),
                message);
        var reader = new OtlpReader(Instant.now(), request.getHeaders().get(RUN_HEADER));
        reader.read(message);
        int taken = 0;
        for (Map.Entry<String, List<LogLine>> run : reader.lines().entrySet()) {
            taken += append(run.getKey(), run.getValue(), reader);
        }
        if (reader.rejected() == 0) {
            return form.ok(ExportLogsServiceResponse.getDefaultInstance());
        }
        if (taken == 0) {
            throw reader.problem().toException();
        }
        var answer = ExportLogsServiceResponse.newBuilder();
        answer.getPartialSuccessBuilder()
                .setRejectedLogRecords(reader.rejected())
                .setErrorMessage(reader.why());
        return form.ok(answer.build());
    }

    /** How many were taken; where there is no such run, its records are told to be rejected. */
    private int append(String runId, List<LogLine> lines, OtlpReader reader) {
        String retentionClass;
        try {
            retentionClass = places.retentionClassOf(runId);
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.NotFound(String message)) {
                reader.reject(lines.size(), message);
                return 0;
            }
            throw e;
        }
        for (int i = 0; i < lines.size(); i += LINES_AT_ONCE) {
            var some = lines.subList(i, Math.min(lines.size(), i + LINES_AT_ONCE));
            try {
                logs.append(new LogBatch(runId, some, retentionClass));
            } catch (ProblemException e) {
                if (e.problem() instanceof Problem.Full(String message)) {
                    reader.rejectAsFull(lines.size() - i, message);
                    return i;
                }
                throw e;
            }
        }
        return lines.size();
    }
}
