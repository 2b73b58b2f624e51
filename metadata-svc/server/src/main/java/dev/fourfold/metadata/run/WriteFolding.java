package dev.fourfold.metadata.run;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * How concurrent writes are folded into transactions.
 *
 * @param committers threads, and so transactions under way at once; a run always belongs to the same one
 * @param maxRequests the most requests in one transaction
 * @param maxRows the most metrics, params and tags in one transaction
 * @param maxWaiting the most requests that wait for a committer; more are refused until there is room
 * @param deadline how long a caller waits for its transaction
 */
@ConfigurationProperties("fourfold.metadata.writes")
public record WriteFolding(
        @Bindable(defaultValue = "2") int committers,
        @Bindable(defaultValue = "200") int maxRequests,
        @Bindable(defaultValue = "10000") int maxRows,
        @Bindable(defaultValue = "1000") int maxWaiting,
        @Bindable(defaultValue = "9s") Duration deadline) {

    public WriteFolding {
        if (committers < 1 || maxRequests < 1 || maxRows < 1 || maxWaiting < 1) {
            throw new IllegalArgumentException("fourfold.metadata.writes: every number must be at least 1");
        }
    }
}
