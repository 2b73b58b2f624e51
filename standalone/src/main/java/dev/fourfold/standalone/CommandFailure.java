package dev.fourfold.standalone;

import java.io.Serial;

/** A command cannot do what it was asked to, for a reason that the user can mend; the message says what to do. */
public final class CommandFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** With the sentence to print. */
    public CommandFailure(String message) {
        super(message);
    }
}
