package dev.fourfold.metadata.heart;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.run.RunStatus;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a run's heart.
 *
 * @param heart null where it has none
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunHeart(
        String runId,
        RunStatus status,
        LifecycleStage stage,
        @Nullable Heart heart) {

    /**
     * A heart.
     *
     * @param beginMillis when it began, or began anew, last
     * @param silentSinceMillis null, with the two after it, where the heart did not stop
     * @param stoppedMillis when the run was marked
     * @param reason why, in plain text
     */
    @Serdeable
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Heart(
            long number,
            long ttlMillis,
            String worker,
            long beginMillis,
            @Nullable Long silentSinceMillis,
            @Nullable Long stoppedMillis,
            @Nullable String reason) {}

    /** Whether the run is in a state in which it may have a heart that beats. */
    public boolean open() {
        return stage == LifecycleStage.ACTIVE && (status == RunStatus.RUNNING || status == RunStatus.SCHEDULED);
    }
}
