package dev.fourfold.gateway.v1;

import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.ManyAnswers;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.metadata.feature.FeatureOperations;
import dev.fourfold.metadata.feature.FeatureRow;
import dev.fourfold.metadata.feature.FeatureView;
import dev.fourfold.metadata.feature.FoundRows;
import dev.fourfold.metadata.feature.ReadRows;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of features with the view that they are read by, both kept hot: the view is a member of the group whose other
 * members are its rows, so that one round trip brings all, from one moment.
 */
@Singleton
final class FeatureReader {

    /** Longer keys have no rows. */
    private static final int LONGEST_KEY = 250;

    /** What says that an entity has no row. */
    private static final byte[] NO_ROW = {};

    private final FeatureOperations features;
    private final HotAnswers answers;
    private final ObjectMapper json;

    FeatureReader(FeatureOperations features, HotAnswers answers, ObjectMapper json) {
        this.features = features;
        this.answers = answers;
        this.json = json;
    }

    /**
     * What was read.
     *
     * @param rows in the order of the entities, null where there is none; expired ones included
     * @param kept whether all were kept hot
     */
    record Read(FeatureView view, List<@Nullable Row> rows, boolean kept) {}

    /**
     * A row.
     *
     * @param values as {@link FeatureRow} has them, in UTF-8, from the offset on
     */
    record Row(long eventTimeMillis, byte[] values, int offset) {}

    /** Reads rows, each entity once, however often it is asked for. */
    Read read(String view, List<String> entities) {
        var distinct = entities.stream().distinct().filter(FeatureReader::canBe).toList();
        var keys = new ArrayList<String>(distinct.size() + 1);
        keys.add(Subjects.featureView(view) + ":");
        for (String entity : distinct) {
            keys.add(Subjects.featureRow(view, entity));
        }
        var loading = new Loading(view, distinct);
        ManyAnswers found = answers.readAll(Subjects.featureView(view), keys, loading::load);
        FeatureView by = view(found.bytes().getFirst());
        List<byte[]> rows = found.bytes().subList(1, keys.size());
        FeatureView loadedBy = loading.view;
        if (loadedBy != null && (loadedBy.id() != by.id() || loadedBy.version() != by.version())) {
            // The view was changed while this was read: all of it from one place.
            var all = features.read(new ReadRows(view, distinct));
            by = all.view();
            rows = rendered(all, distinct);
        }
        var byEntity = new HashMap<String, Row>();
        for (int i = 0; i < distinct.size(); i++) {
            byte[] row = rows.get(i);
            if (row.length > 0) {
                byEntity.put(distinct.get(i), new Row(ByteBuffer.wrap(row).getLong(), row, Long.BYTES));
            }
        }
        var inOrder = new ArrayList<@Nullable Row>(entities.size());
        entities.forEach(entity -> inOrder.add(byEntity.get(entity)));
        return new Read(by, inOrder, loadedBy == null);
    }

    /** Nobody is asked, and nothing kept, about entities that no view can have. */
    private static boolean canBe(String entity) {
        return !entity.isEmpty() && entity.indexOf(0) < 0 && entity.codePointCount(0, entity.length()) <= LONGEST_KEY;
    }

    /** One call for whatever is missing. */
    private final class Loading {

        private final String name;
        private final List<String> entities;
        private @Nullable FeatureView view;

        Loading(String name, List<String> entities) {
            this.name = name;
            this.entities = entities;
        }

        List<byte[]> load(List<Integer> places) {
            var missing = places.stream()
                    .filter(place -> place > 0)
                    .map(place -> entities.get(place - 1))
                    .toList();
            FoundRows found = features.read(new ReadRows(name, missing));
            view = found.view();
            var loaded = new ArrayList<byte[]>(places.size());
            if (places.getFirst() == 0) {
                loaded.add(rendered(found.view()));
            }
            loaded.addAll(rendered(found, missing));
            return loaded;
        }
    }

    private static List<byte[]> rendered(FoundRows found, List<String> entities) {
        Map<String, byte[]> rows = new HashMap<>();
        for (FeatureRow row : found.rows()) {
            byte[] values = row.values().getBytes(StandardCharsets.UTF_8);
            rows.put(
                    row.entity(),
                    ByteBuffer.allocate(Long.BYTES + values.length)
                            .putLong(row.eventTimeMillis())
                            .put(values)
                            .array());
        }
        return entities.stream()
                .map(entity -> rows.getOrDefault(entity, NO_ROW))
                .toList();
    }

    private byte[] rendered(FeatureView view) {
        try {
            return json.writeValueAsBytes(view);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
        }
    }

    private FeatureView view(byte[] rendered) {
        try {
            return json.readValue(rendered, FeatureView.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: these are bytes of ours.
        }
    }
}
