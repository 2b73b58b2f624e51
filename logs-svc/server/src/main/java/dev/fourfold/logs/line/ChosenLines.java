package dev.fourfold.logs.line;

import dev.fourfold.journal.tail.TailedFeed;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogLine;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lines of a run's records that meet a filter, as one {@link LogBatch} in bytes. */
record ChosenLines(LogFilter filter) implements TailedFeed.Choice {

    private static final Logger LOG = LoggerFactory.getLogger(ChosenLines.class);

    private static final byte[] NONE = {};

    @Override
    public byte[] apply(List<byte[]> payloads) {
        var wanted = LineMatch.of(filter);
        var lines = new ArrayList<LogLine>();
        String runId = "";
        for (byte[] payload : payloads) {
            try {
                if (JournalRecord.fromBytes(payload) instanceof JournalRecord.Lines(LogBatch batch)) {
                    runId = batch.runId();
                    batch.lines().stream().filter(wanted::holds).forEach(lines::add);
                }
            } catch (IllegalArgumentException e) {
                // Whoever drains the journal says so too, and louder.
                LOG.debug("live.record cannot be read", e);
            }
        }
        return lines.isEmpty() ? NONE : new LogBatch(runId, lines).toBytes();
    }
}
