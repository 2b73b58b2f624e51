package dev.fourfold.cache.answer;

import java.io.Serial;

/** The store did not answer in time, is not connected, or is not the one that the caller's view is about. */
public final class CacheAwayException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** Without a stack trace: this is thrown on hot paths while Redis is away. */
    public CacheAwayException(String message) {
        super(message, null, false, false);
        reason = message;
    }

    /** Why, in a few words. */
    public String reason() {
        return reason;
    }
}
