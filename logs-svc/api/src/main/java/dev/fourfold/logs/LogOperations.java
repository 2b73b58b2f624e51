package dev.fourfold.logs;

import dev.fourfold.contract.JournalOperations;

/** Everything that can be done with lines. The caller has checked with metadata-svc that the run exists. */
public interface LogOperations extends JournalOperations {

    /**
     * Takes lines: when this returns they are on disk in the journal, and every later read sees them. A line whose
     * (run, writer, stream, sequence) is known already is not added again.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidArgument} for lines out of bounds; {@code TooLarge}
     *     for a message over 1 MiB; {@code LimitExceeded} where the journal is full; {@code Unavailable} where it
     *     cannot be written
     */
    void append(LogBatch batch);

    /**
     * One page, every acknowledged line included: waits up to 5 s until the run's journaled lines are in the store,
     * then {@code Unavailable}. A run without lines has an empty page.
     */
    LogPage search(LogQuery query);
}
