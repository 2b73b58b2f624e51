package dev.fourfold.metrics.move;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A move and how far it is.
 *
 * @param runs how many runs it knows of; grows while they are listed
 * @param runsCopied of these, how many are copied
 * @param runsEqual of these, how many were found equal in both stores
 * @param runsDifferent of these, how many were found different
 * @param pointsCopied how many points were copied
 * @param pointsCompared how many points are in the runs that were compared
 * @param startedMillis when it was started
 * @param changedMillis when its phase last changed
 * @param problem why nothing goes on at the moment, if so: mostly that a store is away
 * @param differences the first of the runs that differ
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MoveReport(
        long id,
        Engine from,
        Engine to,
        MovePhase phase,
        boolean paused,
        long runs,
        long runsCopied,
        long runsEqual,
        long runsDifferent,
        long pointsCopied,
        long pointsCompared,
        long startedMillis,
        long changedMillis,
        @Nullable String problem,
        @JsonInclude(JsonInclude.Include.ALWAYS) List<RunDifference> differences) {

    /** Copies the list. */
    public MoveReport {
        differences = List.copyOf(differences);
    }
}
