package dev.fourfold.metadata.run;

import dev.fourfold.contract.Problem;

/** What became of one write among those that shared a transaction. */
public sealed interface WriteOutcome {

    /** Committed; the run belongs there. */
    record Written(RunPlace place) implements WriteOutcome {}

    /** Nothing of it was stored. */
    record Refused(Problem problem) implements WriteOutcome {}
}
