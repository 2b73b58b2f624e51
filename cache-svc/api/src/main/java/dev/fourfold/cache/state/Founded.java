package dev.fourfold.cache.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a command, or the ground that must be laid before it can be done; then nothing was done.
 *
 * @param outcome null exactly where a ground is wanted
 */
@Serdeable
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Founded<T>(@Nullable T outcome, @Nullable WantedGround wanted) {

    /** A command that was done. */
    public static <T> Founded<T> of(T outcome) {
        return new Founded<>(outcome, null);
    }

    /** A command that was not. */
    public static <T> Founded<T> wanting(WantedGround wanted) {
        return new Founded<>(null, wanted);
    }
}
