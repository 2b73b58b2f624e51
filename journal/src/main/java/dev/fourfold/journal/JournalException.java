package dev.fourfold.journal;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** What can go wrong with a journal: one type for each thing that a caller does next. */
public abstract sealed class JournalException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private JournalException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The journal holds as much as it may: nothing was appended; answer 429 and let the client come back. */
    public static final class Full extends JournalException {
        @Serial
        private static final long serialVersionUID = 1L;

        Full(String message) {
            super(message, null);
        }
    }

    /**
     * The journal cannot take records: closed, its disk failed, or the disk did not answer in time. Answer 503. The
     * record of this call may or may not be kept; sending it again mends that. After a failed write or sync every later
     * call fails the same way until the journal is opened anew.
     */
    public static final class Failed extends JournalException {
        @Serial
        private static final long serialVersionUID = 1L;

        Failed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The folder is in use by another journal, in this process or another one. */
    public static final class Locked extends JournalException {
        @Serial
        private static final long serialVersionUID = 1L;

        Locked(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The records in the folder were taken by another instance of the service: the message names the way out. */
    public static final class Foreign extends JournalException {
        @Serial
        private static final long serialVersionUID = 1L;

        Foreign(String message) {
            super(message, null);
        }
    }

    /** What is in the folder cannot be what was written: the message says where. Nothing was changed. */
    public static final class Corrupt extends JournalException {
        @Serial
        private static final long serialVersionUID = 1L;

        Corrupt(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
