package dev.fourfold.metadata.work;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** Prolongs items that were taken under one token. */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RenewWork(List<String> ids, long token, long leaseMillis) {

    /** Copies the list. */
    public RenewWork {
        ids = List.copyOf(ids);
    }
}
