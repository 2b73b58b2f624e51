package dev.fourfold.logs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines of one run, and the bytes that they cross HTTP and lie in the journal as.
 *
 * @param runId the run
 * @param lines in the order given
 * @param retentionClass how long the run's lines are kept: what its experiment's tag said when it was created, or null; the
 *     same with every batch of a run
 */
public record LogBatch(
        String runId, List<LogLine> lines, @Nullable String retentionClass) {

    /** The media type of {@link #toBytes}. */
    public static final String MEDIA_TYPE = "application/vnd.fourfold.lines";

    private static final byte FORMAT = 1;
    private static final byte FORMAT_WITH_CLASS = 2;
    private static final int ABSENT = -1;
    private static final LogLevel[] LEVELS = LogLevel.values();

    /** Copies the list. */
    public LogBatch {
        lines = List.copyOf(lines);
    }

    /** Of a run without a retention class. */
    public LogBatch(String runId, List<LogLine> lines) {
        this(runId, lines, null);
    }

    /** The compact form. */
    public byte[] toBytes() {
        var bytes = new ByteArrayOutputStream(64 + 160 * lines.size());
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(retentionClass == null ? FORMAT : FORMAT_WITH_CLASS);
            write(out, runId);
            if (retentionClass != null) {
                write(out, retentionClass);
            }
            out.writeInt(lines.size());
            for (LogLine line : lines) {
                write(out, line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
        }
        return bytes.toByteArray();
    }

    /** Reads {@link #toBytes} back. @throws IllegalArgumentException where the bytes are not of that form */
    public static LogBatch fromBytes(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readByte();
            if (format != FORMAT && format != FORMAT_WITH_CLASS) {
                throw new IllegalArgumentException(
                        "Lines in format " + format + ", known are " + FORMAT + " and " + FORMAT_WITH_CLASS);
            }
            String runId = present(read(in));
            String retentionClass = format == FORMAT ? null : present(read(in));
            int count = count(in, bytes.length);
            var lines = new ArrayList<LogLine>(count);
            for (int i = 0; i < count; i++) {
                lines.add(readLine(in));
            }
            return new LogBatch(runId, lines, retentionClass);
        } catch (IOException e) {
            throw new IllegalArgumentException("Lines cut short or malformed", e);
        }
    }

    static int count(DataInputStream in, int most) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > most) {
            throw new IllegalArgumentException("Lines with a count of " + count + " that cannot be");
        }
        return count;
    }

    static void write(DataOutputStream out, LogLine line) throws IOException {
        write(out, line.writer());
        write(out, line.stream());
        out.writeLong(line.sequence());
        out.writeLong(line.timeNanos());
        out.writeByte(line.level().ordinal());
        write(out, line.message());
        out.writeBoolean(line.rank() != null);
        out.writeInt(line.rank() == null ? 0 : line.rank());
        write(out, line.fields());
    }

    static LogLine readLine(DataInputStream in) throws IOException {
        String writer = present(read(in));
        String stream = present(read(in));
        long sequence = in.readLong();
        long timeNanos = in.readLong();
        LogLevel level = LEVELS[Math.clamp(in.readByte(), 0, LEVELS.length - 1)];
        String message = present(read(in));
        boolean ranked = in.readBoolean();
        int rank = in.readInt();
        return new LogLine(writer, stream, sequence, timeNanos, level, message, ranked ? rank : null, read(in));
    }

    static void write(DataOutputStream out, @Nullable String text) throws IOException {
        if (text == null) {
            out.writeInt(ABSENT);
            return;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    static @Nullable String read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length == ABSENT) {
            return null;
        }
        if (length < 0 || length > in.available()) {
            throw new IOException("a text of " + length + " bytes that cannot be");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    static String present(@Nullable String text) throws IOException {
        if (text == null) {
            throw new IOException("a text that must be there is absent");
        }
        return text;
    }
}
