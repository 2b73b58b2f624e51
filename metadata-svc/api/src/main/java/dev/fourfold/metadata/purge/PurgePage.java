package dev.fourfold.metadata.purge;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of purges; {@code next} is what to give as {@code after} for more, or null. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record PurgePage(List<RunPurge> purges, @Nullable String next) {

    /** Copies the list. */
    public PurgePage {
        purges = List.copyOf(purges);
    }
}
