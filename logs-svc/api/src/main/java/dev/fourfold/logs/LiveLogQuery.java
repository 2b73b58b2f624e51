package dev.fourfold.logs;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for new lines of runs, as they come.
 *
 * @param runIds 1 to 100, each once
 * @param filter which of their lines
 * @param after the position that was told last, to go on from there; null to begin now
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record LiveLogQuery(
        List<String> runIds, LogFilter filter, @Nullable String after) {

    /** Copies the list. */
    public LiveLogQuery {
        runIds = List.copyOf(runIds);
    }
}
