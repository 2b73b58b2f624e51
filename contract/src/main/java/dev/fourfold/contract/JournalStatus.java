package dev.fourfold.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What waits in the journal of one instance of a service, for people who watch a store that is away.
 *
 * @param service {@code metrics-svc} or {@code logs-svc}
 * @param instance which of its instances, as {@link Instance} is written
 * @param available whether the instance answered; the figures are zero where it did not
 * @param records acknowledged and not yet in the store
 * @param bytes of these records
 * @param oldestAgeMillis since the oldest of them was acknowledged; 0 where none waits
 * @param heldBytes what counts against the limit: besides these, what the store may still lose. At 0 the journal is empty
 * @param maxBytes past which more is refused
 * @param detail why the instance did not answer
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JournalStatus(
        String service,
        String instance,
        boolean available,
        long records,
        long bytes,
        long oldestAgeMillis,
        long heldBytes,
        long maxBytes,
        @Nullable String detail) {

    /** What is kept free for requests that were admitted already: an eighth, up to so much. */
    private static final long MOST_RESERVE = 64L << 20;

    /** Of an instance that does not answer. */
    public static JournalStatus away(String service, Instance instance, @Nullable String detail) {
        return new JournalStatus(service, instance.toString(), false, 0, 0, 0, 0, 0, detail);
    }

    /** Whether requests are admitted that write elsewhere before they come to the journal. */
    public boolean hasRoom() {
        return hasRoom(heldBytes, maxBytes);
    }

    /** The same by figures. */
    public static boolean hasRoom(long heldBytes, long maxBytes) {
        return heldBytes < maxBytes - Math.min(maxBytes / 8, MOST_RESERVE);
    }
}
