package dev.fourfold.cache.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Hearts that are silent for too long.
 *
 * @param incarnation the start of Redis that listened
 * @param turn whether the caller is the one to tell which hearts there are, by {@link BeatOperations#adopt}
 * @param known how many hearts are listened to
 * @param hearts some of those that are silent; each is answered again later unless it is forgotten, or begins anew
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Overdue(String incarnation, boolean turn, long known, List<SilentHeart> hearts) {

    /** Copies the list. */
    public Overdue {
        hearts = List.copyOf(hearts);
    }

    /**
     * A heart.
     *
     * @param sinceMillis of the last beat, or where none was heard, since when this start of Redis listens
     * @param heard whether that is a beat
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record SilentHeart(String runId, long number, long sinceMillis, boolean heard, String worker) {}
}
