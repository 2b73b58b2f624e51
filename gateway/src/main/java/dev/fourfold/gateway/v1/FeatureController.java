package dev.fourfold.gateway.v1;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.feature.DefineView;
import dev.fourfold.metadata.feature.FeatureOperations;
import dev.fourfold.metadata.feature.PushOutcome;
import dev.fourfold.metadata.feature.PushRows;
import dev.fourfold.metadata.feature.PushedRow;
import dev.fourfold.metadata.feature.RemoveRows;
import dev.fourfold.metadata.feature.Removed;
import dev.fourfold.metadata.feature.RowMark;
import dev.fourfold.metadata.feature.ViewPage;
import dev.fourfold.metadata.feature.ViewState;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The latest values of entities: views that say which, rows that are pushed, and many of them in one reading. */
@Controller(V1.PATH + "/features")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class FeatureController {

    private static final int VIEWS_UNLESS_SAID = 100;
    private static final int MOST_VIEWS = 1000;

    /** How often room is made for one push, a thousand rows each time. */
    private static final int MOST_ATTEMPTS = 10;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final FeatureOperations features;
    private final FeatureReader reader;
    private final HotAnswers answers;

    FeatureController(FeatureOperations features, FeatureReader reader, HotAnswers answers) {
        this.features = features;
        this.reader = reader;
        this.answers = answers;
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> list(HttpRequest<?> request) {
        var query = new Query(request);
        ViewPage page = features.list(query.text("cursor"), query.number("limit", VIEWS_UNLESS_SAID, MOST_VIEWS));
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("views");
            for (ViewState view : page.views()) {
                FeatureAnswer.write(out, view);
            }
            out.writeEndArray();
            out.writeStringField("next", page.next());
            out.writeEndObject();
        }));
    }

    @Access(AccessLevel.READ)
    @Get("/{view}")
    HttpResponse<byte[]> get(String view) {
        return answer(features.get(view));
    }

    @Access(AccessLevel.WRITE)
    @Put("/{view}")
    HttpResponse<byte[]> define(HttpRequest<?> request, String view) {
        DefineView wanted = FeatureRequests.view(request, view);
        return answer(answers.write(Set.of(Subjects.featureView(view)), () -> features.define(wanted)));
    }

    @Access(AccessLevel.WRITE)
    @Delete("/{view}")
    HttpResponse<byte[]> delete(String view) {
        answers.write(Set.of(Subjects.featureView(view)), () -> {
            features.delete(view);
            return Boolean.TRUE;
        });
        return HttpResponse.noContent();
    }

    @Access(AccessLevel.WRITE)
    @Post("/{view}/push")
    HttpResponse<byte[]> push(HttpRequest<?> request, String view) {
        PushRows push = FeatureRequests.rows(request, view);
        var entities = push.rows().stream().map(PushedRow::entity).toList();
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            PushOutcome outcome = answers.write(touched(view, entities), () -> features.push(push));
            if (outcome.inTheWay().isEmpty()) {
                return Json.ok(Store.POSTGRESQL, Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeNumberField("written", outcome.written());
                    out.writeNumberField("older", outcome.older());
                    out.writeEndObject();
                }));
            }
            // By way of the cache too: what is evicted must not be answered any more.
            remove(new RemoveRows(view, outcome.inTheWay()));
        }
        throw new Problem.LimitExceeded("The feature view '" + view + "' fills as fast as room is made.", RETRY_AFTER)
                .toException();
    }

    @Access(AccessLevel.READ)
    @Post("/{view}/read")
    HttpResponse<byte[]> read(HttpRequest<?> request, String view) {
        FeatureRequests.Selection asked = FeatureRequests.selection(request, true);
        FeatureReader.Read read = reader.read(view, asked.entities());
        return Json.ok(
                read.kept() ? Store.REDIS : Store.POSTGRESQL,
                FeatureAnswer.rows(read, asked.entities(), asked.fields(), System.currentTimeMillis()));
    }

    @Access(AccessLevel.WRITE)
    @Post("/{view}/remove")
    HttpResponse<byte[]> remove(HttpRequest<?> request, String view) {
        var marks = FeatureRequests.selection(request, false).entities().stream()
                .distinct()
                .map(entity -> new RowMark(entity, null))
                .toList();
        Removed removed = remove(new RemoveRows(view, marks));
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> {
            out.writeStartObject();
            out.writeNumberField("removed", removed.rows());
            out.writeEndObject();
        }));
    }

    private Removed remove(RemoveRows rows) {
        var entities = rows.rows().stream().map(RowMark::entity).toList();
        return answers.write(touched(rows.view(), entities), () -> features.remove(rows));
    }

    private static Collection<String> touched(String view, List<String> entities) {
        return entities.stream()
                .map(entity -> Subjects.featureRow(view, entity))
                .collect(Collectors.toSet());
    }

    private static HttpResponse<byte[]> answer(ViewState state) {
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> FeatureAnswer.write(out, state)));
    }
}
