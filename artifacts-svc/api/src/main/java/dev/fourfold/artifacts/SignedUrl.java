package dev.fourfold.artifacts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An address that needs no other credentials for a while.
 *
 * @param headers what must be sent along
 * @param size of the file, in bytes; null where there is none yet
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SignedUrl(
        String url, Map<String, String> headers, @Nullable Long size) {

    /** Copies the map. */
    public SignedUrl {
        headers = Map.copyOf(headers);
    }
}
