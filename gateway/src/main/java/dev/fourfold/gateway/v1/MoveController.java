package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.move.Engine;
import dev.fourfold.metrics.move.MoveAction;
import dev.fourfold.metrics.move.MoveOperations;
import dev.fourfold.metrics.move.MoveReport;
import dev.fourfold.metrics.move.MoveRequest;
import dev.fourfold.metrics.move.MoveStatus;
import dev.fourfold.metrics.move.RunDifference;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Moves of all metric points from one store to the other: start one, see how far it is, decide what comes next. */
@Controller(V1.PATH + "/metrics/move")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class MoveController {

    private static final int BODY_LIMIT = 4 * 1024;

    private final MoveOperations moves;
    private final RunPlaces places;

    MoveController(MoveOperations moves, RunPlaces places) {
        this.moves = moves;
        this.places = places;
    }

    @Access(AccessLevel.ADMIN)
    @Get
    HttpResponse<byte[]> status() {
        return answer(moves.status());
    }

    @Access(AccessLevel.ADMIN)
    @Post
    HttpResponse<byte[]> start(HttpRequest<?> request) {
        MoveRequest asked = read(request);
        tellExperiments();
        return answer(moves.start(asked));
    }

    @Access(AccessLevel.ADMIN)
    @Post("/{action}")
    HttpResponse<byte[]> act(HttpRequest<?> request, String action) {
        // What a form of a strange page can send without asking first is not taken.
        checkContentType(request);
        return answer(moves.act(action(action)));
    }

    /** Points of older versions are without their experiment, which metadata-svc knows. */
    private void tellExperiments() {
        List<String> unknown = moves.runsWithoutExperiment();
        while (!unknown.isEmpty()) {
            var known = new ArrayList<RunRef>();
            for (String runId : unknown) {
                try {
                    known.add(new RunRef(places.experimentOf(runId), runId));
                } catch (ProblemException e) {
                    if (!(e.problem() instanceof Problem.NotFound)) {
                        throw e;
                    }
                }
            }
            if (known.isEmpty()) {
                throw new Problem.InvalidState("There are points of runs that do not exist, for example "
                                + unknown.getFirst() + ": they belong to no experiment, and cannot be moved.")
                        .toException();
            }
            moves.tellExperiments(known);
            unknown = moves.runsWithoutExperiment();
        }
    }

    private static MoveAction action(String name) {
        return Arrays.stream(MoveAction.values())
                .filter(action -> spelled(action).equals(name))
                .findFirst()
                .orElseThrow(() -> new Problem.InvalidArgument("With a move one can do: "
                                + String.join(
                                        ", ",
                                        Arrays.stream(MoveAction.values())
                                                .map(MoveController::spelled)
                                                .toList())
                                + ".")
                        .toException());
    }

    private static String spelled(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static MoveRequest read(HttpRequest<?> request) {
        checkContentType(request);
        @Nullable String from = null;
        @Nullable String to = null;
        try (JsonParser in = Json.FACTORY.createParser(Bodies.readText(request, BODY_LIMIT))) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new Problem.InvalidArgument("The body is a JSON object.").toException();
            }
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "from" -> from = in.getText();
                    case "to" -> to = in.getText();
                    default -> in.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The body is not valid JSON.").toException(e);
        }
        return new MoveRequest(engine("from", from), engine("to", to));
    }

    private static Engine engine(String field, @Nullable String name) {
        if (name == null) {
            throw new Problem.InvalidArgument("'" + field + "' is missing: postgresql or influxdb.").toException();
        }
        return Engine.of(name)
                .orElseThrow(
                        () -> new Problem.InvalidArgument("'" + field + "' is postgresql or influxdb.").toException());
    }

    private static void checkContentType(HttpRequest<?> request) {
        String type = request.getContentType().map(MediaType::getName).orElse("");
        if (!type.equals(MediaType.APPLICATION_JSON)) {
            throw new Problem.InvalidArgument("Content-Type must be application/json, not '" + type + "'.")
                    .toException();
        }
    }

    private static HttpResponse<byte[]> answer(MoveStatus status) {
        return Json.ok(Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("reads", status.reads().text());
            out.writeArrayFieldStart("writes");
            for (Engine engine : status.writes()) {
                out.writeString(engine.text());
            }
            out.writeEndArray();
            MoveReport move = status.move();
            if (move == null) {
                out.writeNullField("move");
            } else {
                out.writeFieldName("move");
                write(out, move);
            }
            out.writeEndObject();
        }));
    }

    private static void write(JsonGenerator out, MoveReport move) throws IOException {
        out.writeStartObject();
        out.writeNumberField("id", move.id());
        out.writeStringField("from", move.from().text());
        out.writeStringField("to", move.to().text());
        out.writeStringField("phase", spelled(move.phase()));
        out.writeNumberField("step", move.phase().step());
        out.writeBooleanField("paused", move.paused());
        out.writeNumberField("runs", move.runs());
        out.writeNumberField("runs_copied", move.runsCopied());
        out.writeNumberField("runs_equal", move.runsEqual());
        out.writeNumberField("runs_different", move.runsDifferent());
        out.writeNumberField("points_copied", move.pointsCopied());
        out.writeNumberField("points_compared", move.pointsCompared());
        out.writeNumberField("started_time", move.startedMillis());
        out.writeNumberField("changed_time", move.changedMillis());
        if (move.problem() == null) {
            out.writeNullField("problem");
        } else {
            out.writeStringField("problem", move.problem());
        }
        out.writeArrayFieldStart("differences");
        for (RunDifference difference : move.differences()) {
            write(out, difference);
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, RunDifference difference) throws IOException {
        out.writeStartObject();
        out.writeStringField("experiment_id", difference.experimentId());
        out.writeStringField("run_id", difference.runId());
        out.writeNumberField("points_from", difference.sourcePoints());
        out.writeNumberField("points_to", difference.targetPoints());
        out.writeStringField("checksum_from", String.format("%016x", difference.sourceChecksum()));
        out.writeStringField("checksum_to", String.format("%016x", difference.targetChecksum()));
        out.writeStringField("key", difference.key());
        out.writeNumberField("timestamp", difference.timestampMillis());
        out.writeNumberField("step", difference.step());
        out.writeStringField("value", difference.value());
        out.writeStringField("only_in", difference.onlyIn().text());
        out.writeEndObject();
    }
}
