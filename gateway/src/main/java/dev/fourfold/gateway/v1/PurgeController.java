package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.gateway.http.Bodies;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.access.User;
import dev.fourfold.metadata.purge.PurgeCandidates;
import dev.fourfold.metadata.purge.PurgeOperations;
import dev.fourfold.metadata.purge.PurgePage;
import dev.fourfold.metadata.purge.PurgeQuery;
import dev.fourfold.metadata.purge.PurgeRequest;
import dev.fourfold.metadata.purge.RunPurge;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Deleted runs are removed for good. Who may delete may purge, once the grace period is over, which gives everybody else
 * the time to restore; administrators need not wait.
 */
@Controller(V1.PATH)
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class PurgeController {

    /** Where the door leaves who the caller is; absent where nobody needs to sign in. */
    private static final String CALLER = "fourfold.user";

    private static final int BODY_LIMIT = 64 * 1024;
    private static final int PURGES_UNLESS_SAID = 100;
    private static final int MOST_PURGES = 1000;

    private final PurgeOperations purges;
    private final HotAnswers answers;

    PurgeController(PurgeOperations purges, HotAnswers answers) {
        this.purges = purges;
        this.answers = answers;
    }

    @Access(AccessLevel.WRITE)
    @Post("/runs/purge")
    HttpResponse<byte[]> purge(HttpRequest<?> request) {
        Asked asked = read(request);
        Optional<User> caller = request.getAttribute(CALLER, User.class);
        boolean overrule = caller.map(User::administrator).orElse(true);
        String who = caller.map(User::username).orElse(null);
        if (!asked.runIds().isEmpty()) {
            return begun(begin(new PurgeRequest(asked.runIds(), asked.ageMillis(), overrule, false, who)), false);
        }
        List<String> found = purges.candidates(
                new PurgeCandidates(asked.experimentIds(), asked.ageMillis(), overrule, PurgeRequest.MOST_RUNS + 1));
        if (found.isEmpty()) {
            return begun(List.of(), false);
        }
        boolean more = found.size() > PurgeRequest.MOST_RUNS;
        List<String> runIds = more ? found.subList(0, PurgeRequest.MOST_RUNS) : found;
        return begun(begin(new PurgeRequest(runIds, asked.ageMillis(), overrule, true, who)), more);
    }

    @Access(AccessLevel.READ)
    @Get("/purges")
    HttpResponse<byte[]> list(HttpRequest<?> request) {
        var query = new Query(request);
        State state = query.choice("state", State.class);
        PurgePage page = purges.list(new PurgeQuery(
                query.text("experiment_id"),
                state == null ? null : state == State.DONE,
                query.text("cursor"),
                query.number("limit", PURGES_UNLESS_SAID, MOST_PURGES)));
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> {
            out.writeStartObject();
            write(out, page.purges());
            out.writeStringField("next", page.next());
            out.writeEndObject();
        }));
    }

    @Access(AccessLevel.READ)
    @Get("/purges/{runId}")
    HttpResponse<byte[]> get(String runId) {
        RunPurge purge = purges.get(runId);
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> write(out, purge)));
    }

    private List<RunPurge> begin(PurgeRequest request) {
        return answers.write(Subjects.touchedByPurge(request.runIds()), () -> purges.begin(request));
    }

    private static HttpResponse<byte[]> begun(List<RunPurge> begun, boolean more) {
        var answer = Json.ok(Store.POSTGRESQL, Json.bytes(out -> {
            out.writeStartObject();
            write(out, begun);
            out.writeBooleanField("more", more);
            out.writeEndObject();
        }));
        return begun.stream().allMatch(RunPurge::done) ? answer : answer.status(HttpStatus.ACCEPTED);
    }

    private static void write(JsonGenerator out, List<RunPurge> purges) throws IOException {
        out.writeArrayFieldStart("purges");
        for (RunPurge purge : purges) {
            write(out, purge);
        }
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, RunPurge purge) throws IOException {
        out.writeStartObject();
        out.writeStringField("run_id", purge.runId());
        out.writeStringField("experiment_id", purge.experimentId());
        out.writeStringField("state", purge.done() ? "done" : "open");
        out.writeStringField("requested_by", purge.requestedBy());
        out.writeNumberField("deleted_time", purge.deletedTimeMillis());
        out.writeNumberField("purged_time", purge.purgedTimeMillis());
        write(out, "done_time", purge.doneTimeMillis());
        out.writeObjectFieldStart("removed");
        out.writeNumberField("rows", purge.rows());
        write(out, "points", purge.points());
        write(out, "lines", purge.lines());
        write(out, "files", purge.files());
        write(out, "bytes", purge.fileBytes());
        out.writeEndObject();
        out.writeObjectFieldStart("left");
        out.writeNumberField("models", purge.modelsLeft());
        out.writeStringField("artifacts", purge.artifactsLeft());
        out.writeEndObject();
        out.writeNumberField("attempts", purge.attempts());
        out.writeStringField("problem", purge.problem());
        write(out, "due_time", purge.dueTimeMillis());
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, String name, @Nullable Long number) throws IOException {
        if (number == null) {
            out.writeNullField(name);
        } else {
            out.writeNumberField(name, number);
        }
    }

    /** What is not known is refused: a misspelt age must not purge what it was to spare. */
    private static Asked read(HttpRequest<?> request) {
        String type = request.getContentType().map(MediaType::getName).orElse("");
        if (!type.equals(MediaType.APPLICATION_JSON)) {
            throw invalid("Content-Type must be application/json, not '" + type + "'.");
        }
        List<String> runIds = List.of();
        List<String> experimentIds = List.of();
        @Nullable Long ageMillis = null;
        try (JsonParser in = Json.FACTORY.createParser(Bodies.readText(request, BODY_LIMIT))) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("The body is a JSON object.");
            }
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                in.nextToken();
                switch (name) {
                    case "run_ids" -> runIds = texts(in, name);
                    case "experiment_ids" -> experimentIds = texts(in, name);
                    case "older_than" -> ageMillis = Age.millis(text(in, name));
                    default ->
                        throw invalid("'" + name + "' is not known: run_ids, experiment_ids and older_than are.");
                }
            }
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The body is not valid JSON.").toException(e);
        }
        if (runIds.isEmpty() == experimentIds.isEmpty()) {
            throw invalid("Either 'run_ids' or 'experiment_ids' names what to purge.");
        }
        return new Asked(runIds, experimentIds, ageMillis);
    }

    private static List<String> texts(JsonParser in, String name) throws IOException {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("'" + name + "' is a list of texts.");
        }
        var texts = new ArrayList<String>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            texts.add(text(in, name));
        }
        return texts;
    }

    private static String text(JsonParser in, String name) throws IOException {
        if (in.currentToken() != JsonToken.VALUE_STRING) {
            throw invalid("'" + name + "' has something in it that is no text.");
        }
        return in.getText();
    }

    private static RuntimeException invalid(String message) {
        return new Problem.InvalidArgument(message).toException();
    }

    private enum State {
        OPEN,
        DONE
    }

    private record Asked(
            List<String> runIds,
            List<String> experimentIds,
            @Nullable Long ageMillis) {}
}
