package dev.fourfold.metadata.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * Who a credential stands for.
 *
 * @param tokenId where it is a token
 * @param sessionId where it is a session
 * @param expiryTimeMillis until when it stands for that user; null for ever
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Identity(
        User user,
        @Nullable String tokenId,
        @Nullable String sessionId,
        @Nullable Long expiryTimeMillis) {}
