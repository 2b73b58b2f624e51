package dev.fourfold.embedded;

import org.jspecify.annotations.Nullable;

/** An embedded store cannot be started or stopped; the message says why and what to do, and is meant for people. */
public final class EmbeddedStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EmbeddedStoreException(String message) {
        super(message);
    }

    EmbeddedStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
