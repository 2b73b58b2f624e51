package dev.fourfold.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for new points of runs, as they come.
 *
 * @param runIds 1 to 100, each once
 * @param keys up to 100, each once; none for all metrics of the runs
 * @param after the position that was told last, to go on from there; null to begin now
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record LiveQuery(
        List<String> runIds, List<String> keys, @Nullable String after) {

    /** Copies the lists. */
    public LiveQuery {
        runIds = List.copyOf(runIds);
        keys = List.copyOf(keys);
    }
}
