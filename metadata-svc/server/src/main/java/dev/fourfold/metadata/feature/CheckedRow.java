package dev.fourfold.metadata.feature;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A row whose values fit its view.
 *
 * @param eventTimeMillis null for now
 * @param values as {@link FeatureRow} has them
 * @param bytes what entity and values weigh
 */
public record CheckedRow(String entity, @Nullable Long eventTimeMillis, String values, int bytes) {

    static CheckedRow of(PushedRow row, String values) {
        return new CheckedRow(row.entity(), row.eventTimeMillis(), values, weight(row.entity()) + weight(values));
    }

    private static int weight(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
