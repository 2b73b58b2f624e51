package dev.fourfold.metadata.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hearts that did not stop.
 *
 * @param next where the next page begins; null after the last
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record HeartPage(List<BeatingHeart> hearts, @Nullable Long next) {

    /** Copies the list. */
    public HeartPage {
        hearts = List.copyOf(hearts);
    }

    /** A heart, as it began last. */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record BeatingHeart(String runId, long number, long ttlMillis, String worker) {}
}
