package dev.fourfold.logs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One page of lines.
 *
 * @param lines in the order asked for: fewer than the limit, even none, where the page got large or the search long
 * @param nextCursor where the next page begins, or null where no further line matches now
 */
public record LogPage(List<FoundLine> lines, @Nullable String nextCursor) {

    private static final byte FORMAT = 1;

    /** Copies the list. */
    public LogPage {
        lines = List.copyOf(lines);
    }

    /** The lines without their runs. */
    public List<LogLine> ofOneRun() {
        return lines.stream().map(FoundLine::line).toList();
    }

    /** The compact form, which crosses HTTP. */
    public byte[] toBytes() {
        var bytes = new ByteArrayOutputStream(64 + 160 * lines.size());
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            LogBatch.write(out, nextCursor);
            Map<String, Integer> runs = new LinkedHashMap<>();
            lines.forEach(found -> runs.putIfAbsent(found.runId(), runs.size()));
            out.writeInt(runs.size());
            for (String run : runs.keySet()) {
                LogBatch.write(out, run);
            }
            out.writeInt(lines.size());
            for (FoundLine found : lines) {
                out.writeInt(runs.getOrDefault(found.runId(), 0));
                LogBatch.write(out, found.line());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
        }
        return bytes.toByteArray();
    }

    /** Reads {@link #toBytes} back. @throws IllegalArgumentException where the bytes are not of that form */
    public static LogPage fromBytes(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readByte();
            if (format != FORMAT) {
                throw new IllegalArgumentException("A page in format " + format + ", known is " + FORMAT);
            }
            String cursor = LogBatch.read(in);
            var runs = new ArrayList<String>();
            for (int n = LogBatch.count(in, bytes.length); n > 0; n--) {
                runs.add(LogBatch.present(LogBatch.read(in)));
            }
            int count = LogBatch.count(in, bytes.length);
            var lines = new ArrayList<FoundLine>(count);
            for (int i = 0; i < count; i++) {
                int run = in.readInt();
                if (run < 0 || run >= runs.size()) {
                    throw new IllegalArgumentException("A page names no run " + run);
                }
                lines.add(new FoundLine(runs.get(run), LogBatch.readLine(in)));
            }
            return new LogPage(lines, cursor);
        } catch (IOException e) {
            throw new IllegalArgumentException("A page cut short or malformed", e);
        }
    }
}
