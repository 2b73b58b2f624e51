package dev.fourfold.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * A service's store as that service sees it now.
 *
 * @param part {@code postgresql}, {@code influxdb}, {@code mongodb}, {@code redis} or {@code artifact-store}
 * @param engine what really answers there, for example {@code PostgreSQL} or {@code mongo-java-server}
 * @param version the engine's own version; absent while it cannot be asked
 * @param where its address without credentials, or its folder
 * @param available whether it answered just now
 * @param detail why not, or something worth knowing, in a few words
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoreStatus(
        String part,
        String engine,
        @Nullable String version,
        String where,
        boolean available,
        @Nullable String detail) {}
