package dev.fourfold.metadata.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * Hearts that one start of Redis has not heard for too long.
 *
 * @param hearts at most {@value #MOST}
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SilentHearts(String incarnation, List<SilentHeart> hearts) {

    /** The most at once. */
    public static final int MOST = 100;

    /** Copies the list. */
    public SilentHearts {
        hearts = List.copyOf(hearts);
    }

    /**
     * A heart.
     *
     * @param number the beginning that it is about
     * @param sinceMillis of the last beat, or where none was heard by this start of Redis, since when it listens
     * @param heard whether that is a beat
     * @param worker who beat last
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record SilentHeart(String runId, long number, long sinceMillis, boolean heard, String worker) {}
}
