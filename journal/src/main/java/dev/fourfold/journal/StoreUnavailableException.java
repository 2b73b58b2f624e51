package dev.fourfold.journal;

/** Thrown by a {@link Drain} when the store is away, overloaded or not to be reached: try again later. */
public final class StoreUnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message) {
        super(message);
    }

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
