package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metadata.work.FinishItem;
import dev.fourfold.metadata.work.TakeWork;
import dev.fourfold.metadata.work.WorkItem;
import dev.fourfold.metadata.work.WorkOperations;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Lists of work: each item is one worker's at a time, and is completed once. */
@Controller(V1.PATH + "/state/{namespace}/work")
@Consumes(MediaType.ALL)
@Produces(MediaType.ALL)
final class WorkController {

    private static final int LISTS_UNLESS_SAID = 100;
    private static final int MOST_LISTS = 1000;

    private final WorkOperations work;

    WorkController(WorkOperations work) {
        this.work = work;
    }

    @Access(AccessLevel.READ)
    @Get
    HttpResponse<byte[]> lists(HttpRequest<?> request, String namespace) {
        var query = new Query(request);
        var page = work.lists(namespace, query.text("cursor"), query.number("limit", LISTS_UNLESS_SAID, MOST_LISTS));
        return answer(out -> {
            out.writeArrayFieldStart("lists");
            for (String list : page.lists()) {
                out.writeString(list);
            }
            out.writeEndArray();
            out.writeStringField("next", page.next());
        });
    }

    @Access(AccessLevel.READ)
    @Get("/{list}")
    HttpResponse<byte[]> counts(String namespace, String list) {
        var counts = work.counts(namespace, list);
        return answer(out -> {
            out.writeStringField("list", list);
            out.writeNumberField("waiting", counts.waiting());
            out.writeNumberField("taken", counts.taken());
            out.writeNumberField("done", counts.done());
        });
    }

    @Access(AccessLevel.WRITE)
    @Delete("/{list}")
    HttpResponse<byte[]> delete(String namespace, String list) {
        work.delete(namespace, list);
        return HttpResponse.noContent();
    }

    @Access(AccessLevel.WRITE)
    @Post("/{list}/items")
    HttpResponse<byte[]> add(HttpRequest<?> request, String namespace, String list) {
        var added = work.add(namespace, list, WorkRequests.items(request));
        return answer(out -> {
            out.writeNumberField("added", added.added());
            out.writeNumberField("known", added.known());
        });
    }

    @Access(AccessLevel.READ)
    @Get("/{list}/items/{id}")
    HttpResponse<byte[]> get(String namespace, String list, String id) {
        return answer(work.get(namespace, list, id));
    }

    @Access(AccessLevel.WRITE)
    @Post("/{list}/take")
    HttpResponse<byte[]> take(HttpRequest<?> request, String namespace, String list) {
        var body = BodyFields.of(request, JsonBody.SMALL, "worker", "max", "lease_ms", "request_id");
        long max = body.whole("max");
        // What is no count at all is refused with the rest of what is out of bounds.
        var wanted = new TakeWork(
                body.text("worker"),
                (int) Math.clamp(max, Integer.MIN_VALUE, Integer.MAX_VALUE),
                body.whole("lease_ms"),
                body.textOrNull("request_id"));
        var taken = work.take(namespace, list, wanted);
        return answer(out -> {
            out.writeArrayFieldStart("items");
            for (var item : taken.items()) {
                out.writeStartObject();
                out.writeStringField("id", item.id());
                out.writeStringField("value", item.value());
                out.writeNumberField("token", item.token());
                out.writeNumberField("expires_in_ms", item.remainingMillis());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeBooleanField("unfinished", taken.unfinished());
        });
    }

    @Access(AccessLevel.WRITE)
    @Post("/{list}/renew")
    HttpResponse<byte[]> renew(HttpRequest<?> request, String namespace, String list) {
        var outcome = work.renew(namespace, list, WorkRequests.renewal(request));
        return answer(out -> {
            out.writeArrayFieldStart("renewed");
            for (var item : outcome.renewed()) {
                out.writeStartObject();
                out.writeStringField("id", item.id());
                out.writeNumberField("expires_in_ms", item.remainingMillis());
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeArrayFieldStart("lost");
            for (String id : outcome.lost()) {
                out.writeString(id);
            }
            out.writeEndArray();
        });
    }

    @Access(AccessLevel.WRITE)
    @Post("/{list}/done")
    HttpResponse<byte[]> done(HttpRequest<?> request, String namespace, String list) {
        var body = BodyFields.of(request, WorkRequests.LARGE, "id", "token", "result");
        return answer(work.finish(
                namespace, list, new FinishItem(body.text("id"), body.whole("token"), body.textOrNull("result"))));
    }

    @Access(AccessLevel.WRITE)
    @Post("/{list}/give-back")
    HttpResponse<byte[]> giveBack(HttpRequest<?> request, String namespace, String list) {
        var body = BodyFields.of(request, JsonBody.SMALL, "id", "token");
        var givenBack = work.giveBack(namespace, list, body.text("id"), body.whole("token"));
        return answer(out -> out.writeBooleanField("given_back", givenBack.held()));
    }

    private static HttpResponse<byte[]> answer(WorkItem item) {
        return answer(out -> {
            out.writeStringField("id", item.id());
            out.writeStringField("value", item.value());
            out.writeStringField("state", item.state().name().toLowerCase(Locale.ROOT));
            out.writeNumberField("times", item.times());
            write(out, "token", item.token());
            out.writeStringField("worker", item.worker());
            write(out, "expires_in_ms", item.remainingMillis());
            out.writeStringField("result", item.result());
            write(out, "done_time", item.doneMillis());
        });
    }

    private static HttpResponse<byte[]> answer(Json.Writing members) {
        return Json.ok(Store.POSTGRESQL, Json.bytes(out -> {
            out.writeStartObject();
            members.to(out);
            out.writeEndObject();
        }));
    }

    private static void write(JsonGenerator out, String name, @Nullable Long value) throws IOException {
        if (value == null) {
            out.writeNullField(name);
        } else {
            out.writeNumberField(name, value);
        }
    }
}
