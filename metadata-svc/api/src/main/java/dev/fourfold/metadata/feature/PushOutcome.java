package dev.fourfold.metadata.feature;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * What became of a push.
 *
 * @param written rows that are what was pushed
 * @param older rows that were left as they are, because their event time is later than the pushed one
 * @param inTheWay not empty where nothing was written: the rows to remove first, which whoever keeps copies of rows does
 *     by {@link FeatureOperations#remove}, and then pushes again
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PushOutcome(int written, int older, List<RowMark> inTheWay) {

    /** Copies the list. */
    public PushOutcome {
        inTheWay = List.copyOf(inTheWay);
    }
}
