package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.Tag;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a new run.
 *
 * @param runName null or empty: the tag {@code mlflow.runName}, else a random one
 * @param userId empty where the client gave none
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CreateRun(
        String experimentId, String userId, @Nullable String runName, long startTimeMillis, List<Tag> tags) {}
