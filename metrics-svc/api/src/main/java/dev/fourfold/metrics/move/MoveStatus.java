package dev.fourfold.metrics.move;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where points are.
 *
 * @param reads the store that reads ask
 * @param writes the stores that new points go to
 * @param move the last move, under way or over; null where there was none
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MoveStatus(
        Engine reads, List<Engine> writes, @Nullable MoveReport move) {

    /** Copies the list. */
    public MoveStatus {
        writes = List.copyOf(writes);
    }
}
