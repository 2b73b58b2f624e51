package dev.fourfold.metadata.search;

import dev.fourfold.metadata.model.ModelOrder;
import dev.fourfold.metadata.model.ModelQuery;
import dev.fourfold.metadata.text.Python;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A page token of logged models, which tells the query that it belongs to, so that another query can be refused with
 * MLflow's sentences; the place itself is a {@link PageToken} within.
 */
final class ModelPageToken {

    private ModelPageToken() {}

    /** The token behind a page of the query. */
    static String seal(ModelQuery query, String place) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(query.experimentIds().size());
            for (var id : query.experimentIds()) {
                write(out, id);
            }
            write(out, query.filter());
            write(out, order(query.orderBy()));
            write(out, place);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    /** The place that the query's token holds, or null for the first page. */
    static @Nullable String open(ModelQuery query) {
        var token = query.pageToken();
        if (token == null || token.isEmpty()) {
            return null;
        }
        List<String> experimentIds = new ArrayList<>();
        String filter;
        String order;
        String place;
        try (var in = new DataInputStream(
                new ByteArrayInputStream(Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.UTF_8))))) {
            for (int left = in.readInt(); left > 0; left--) {
                experimentIds.add(String.valueOf(read(in)));
            }
            filter = read(in);
            order = read(in);
            place = read(in);
        } catch (IOException | IllegalArgumentException _) {
            throw Refusal.because("Invalid page token: " + token);
        }
        refuseUnless(
                experimentIds.equals(query.experimentIds()),
                "Experiment IDs",
                "experiment IDs",
                Python.literal(query.experimentIds()),
                Python.literal(experimentIds));
        refuseUnless(
                String.valueOf(query.filter()).equals(String.valueOf(filter)),
                "Filter string",
                "filter string",
                shown(query.filter()),
                shown(filter));
        refuseUnless(
                order(query.orderBy()).equals(order), "Order by", "order by", order(query.orderBy()), shown(order));
        return place;
    }

    private static void refuseUnless(boolean same, String what, String plain, String expected, String found) {
        if (!same) {
            throw Refusal.because(what + " in the page token do" + (what.endsWith("s") ? "" : "es")
                    + " not match the requested " + plain + ". Expected: " + expected + ". Found: " + found);
        }
    }

    /** The order in Python's notation. */
    private static String order(List<ModelOrder> order) {
        return order.isEmpty()
                ? "None"
                : order.stream().map(ModelPageToken::literal).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String literal(ModelOrder by) {
        return "{'field_name': " + Python.literal(by.fieldName()) + ", 'ascending': "
                + (by.ascending() ? "True" : "False") + ", 'dataset_name': " + literal(by.datasetName())
                + ", 'dataset_digest': " + literal(by.datasetDigest()) + "}";
    }

    private static String literal(@Nullable String text) {
        return text == null ? "None" : Python.literal(text);
    }

    private static String shown(@Nullable String text) {
        return text == null ? "None" : text;
    }

    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(-1);
            return;
        }
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static @Nullable String read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length > in.available()) {
            throw new IOException("the token ends before its text");
        }
        return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
