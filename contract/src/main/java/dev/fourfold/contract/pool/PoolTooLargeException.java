package dev.fourfold.contract.pool;

/** A pool could never be filled: its server does not allow as many connections. */
public final class PoolTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PoolTooLargeException(String message) {
        super(message);
    }
}
