package dev.fourfold.logs;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Where a line stands in the order of all lines; as text it is the cursor that clients hand back. */
public record LinePosition(long timeNanos, String runId, String writer, String stream, long sequence)
        implements Comparable<LinePosition> {

    private static final Comparator<LinePosition> ORDER = Comparator.comparingLong(LinePosition::timeNanos)
            .thenComparing(LinePosition::runId)
            .thenComparing(LinePosition::writer)
            .thenComparing(LinePosition::stream)
            .thenComparingLong(LinePosition::sequence);

    /** Where this line stands. */
    public static LinePosition of(FoundLine found) {
        LogLine line = found.line();
        return new LinePosition(line.timeNanos(), found.runId(), line.writer(), line.stream(), line.sequence());
    }

    /** Before all lines of a time and of later ones. */
    public static LinePosition before(long timeNanos) {
        return new LinePosition(timeNanos, "", "", "", Long.MIN_VALUE);
    }

    /** The order in which a search gives lines. */
    public static Comparator<LinePosition> in(LogOrder order) {
        return switch (order) {
            case OLDEST_FIRST -> ORDER;
            case NEWEST_FIRST -> ORDER.reversed();
        };
    }

    /** Reads a cursor; null where there is none. */
    public static @Nullable LinePosition fromCursor(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        try (var in = new DataInputStream(
                new ByteArrayInputStream(Base64.getUrlDecoder().decode(cursor)))) {
            var position = new LinePosition(in.readLong(), in.readUTF(), in.readUTF(), in.readUTF(), in.readLong());
            if (in.read() >= 0) {
                throw invalid();
            }
            return position;
        } catch (IOException | IllegalArgumentException e) {
            throw invalid();
        }
    }

    /** The cursor that stands for this position. */
    public String toCursor() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeLong(timeNanos);
            out.writeUTF(runId);
            out.writeUTF(writer);
            out.writeUTF(stream);
            out.writeLong(sequence);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: names are short, and the bytes stay in memory.
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    @Override
    public int compareTo(LinePosition other) {
        return ORDER.compare(this, other);
    }

    private static ProblemException invalid() {
        return new Problem.InvalidArgument("Invalid cursor: use the one that the page before gave.").toException();
    }
}
