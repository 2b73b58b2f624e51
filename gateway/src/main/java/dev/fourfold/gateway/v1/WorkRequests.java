package dev.fourfold.gateway.v1;

import static dev.fourfold.gateway.v1.JsonBody.body;
import static dev.fourfold.gateway.v1.JsonBody.each;
import static dev.fourfold.gateway.v1.JsonBody.object;
import static dev.fourfold.gateway.v1.JsonBody.read;
import static dev.fourfold.gateway.v1.JsonBody.refusal;
import static dev.fourfold.gateway.v1.JsonBody.text;
import static dev.fourfold.gateway.v1.JsonBody.wholeOrNull;

import com.fasterxml.jackson.core.JsonParser;
import dev.fourfold.metadata.work.NewItem;
import dev.fourfold.metadata.work.NewWork;
import dev.fourfold.metadata.work.RenewWork;
import io.micronaut.http.HttpRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads requests about lists of work that have lists in them. */
final class WorkRequests {

    /** What a request with values may weigh. */
    static final int LARGE = 16 * 1024 * 1024;

    private static final int MOST_ITEMS = 1000;

    private WorkRequests() {}

    /** Items to be added. */
    static NewWork items(HttpRequest<?> request) {
        var items = new ArrayList<NewItem>();
        read(body(request, LARGE), (field, in) -> {
            if (!field.equals("items")) {
                throw unknown(field, "items");
            }
            each(field, in, () -> {
                roomFor(items, field);
                items.add(item(in));
            });
        });
        return new NewWork(items);
    }

    /** Items whose time is to be prolonged. */
    static RenewWork renewal(HttpRequest<?> request) {
        var ids = new ArrayList<String>();
        var draft = new Object() {
            @Nullable
            Long token;

            @Nullable
            Long leaseMillis;
        };
        read(body(request, JsonBody.SMALL), (field, in) -> {
            switch (field) {
                case "ids" ->
                    each(field, in, () -> {
                        roomFor(ids, field);
                        ids.add(text(field, in));
                    });
                case "token" -> draft.token = wholeOrNull(field, in);
                case "lease_ms" -> draft.leaseMillis = wholeOrNull(field, in);
                default -> throw unknown(field, "ids, token, lease_ms");
            }
        });
        return new RenewWork(ids, given("token", draft.token), given("lease_ms", draft.leaseMillis));
    }

    private static NewItem item(JsonParser in) throws IOException {
        var draft = new Object() {
            @Nullable
            String id;

            String value = "";
        };
        object("items", in, (field, item) -> {
            switch (field) {
                case "id" -> draft.id = text(field, item);
                case "value" -> draft.value = text(field, item);
                default -> throw unknown(field, "id, value");
            }
        });
        return new NewItem(given("id", draft.id), draft.value);
    }

    private static void roomFor(List<?> list, String field) {
        if (list.size() == MOST_ITEMS) {
            throw refusal("'" + field + "' has " + MOST_ITEMS + " at most");
        }
    }

    private static <T> T given(String field, @Nullable T value) {
        if (value == null) {
            throw refusal("'" + field + "' is missing");
        }
        return value;
    }

    private static RuntimeException unknown(String field, String known) {
        return refusal("'" + field + "' is not known; there is " + known);
    }
}
