package dev.fourfold.contract.live;

import dev.fourfold.contract.live.LiveNews.RunNews;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@link LiveFeed} as it crosses HTTP: a frame that says where it begins, then one for each piece of news. */
public final class LiveFrames {

    /** The media type of such a stream. */
    public static final String MEDIA_TYPE = "application/vnd.fourfold.live";

    private static final int BEGIN = 1;
    private static final int FRESH = 2;
    private static final int QUIET = 3;
    private static final int BEHIND = 4;
    private static final int ENDED = 5;

    private static final int MOST_BYTES = 64 << 20;

    private LiveFrames() {}

    /**
     * The first frame.
     *
     * @param missed as {@link LiveFeed#missed} has it
     */
    public record Begin(String position, List<String> missed) {}

    /** The first frame in bytes. */
    public static byte[] toBytes(Begin begin) {
        return bytes(out -> {
            out.writeByte(BEGIN);
            out.writeUTF(begin.position());
            out.writeInt(begin.missed().size());
            for (String runId : begin.missed()) {
                out.writeUTF(runId);
            }
        });
    }

    /** A later frame in bytes. */
    public static byte[] toBytes(LiveNews news) {
        return bytes(out -> {
            switch (news) {
                case LiveNews.Fresh(String position, List<RunNews> runs) -> {
                    out.writeByte(FRESH);
                    out.writeUTF(position);
                    out.writeInt(runs.size());
                    for (RunNews run : runs) {
                        out.writeUTF(run.moment());
                        out.writeUTF(run.runId());
                        out.writeInt(run.bytes().length);
                        out.write(run.bytes());
                    }
                }
                case LiveNews.Quiet(String position) -> {
                    out.writeByte(QUIET);
                    out.writeUTF(position);
                }
                case LiveNews.Behind() -> out.writeByte(BEHIND);
                case LiveNews.Ended(String why) -> {
                    out.writeByte(ENDED);
                    out.writeUTF(why);
                }
            }
        });
    }

    /** Reads the first frame. @throws IOException where it is not one */
    public static Begin begin(DataInputStream in) throws IOException {
        if (in.readByte() != BEGIN) {
            throw new IOException("A live feed without a beginning");
        }
        String position = in.readUTF();
        var missed = new ArrayList<String>();
        for (int count = in.readInt(); count > 0; count--) {
            missed.add(in.readUTF());
        }
        return new Begin(position, missed);
    }

    /** Reads a later frame; null at the end of the stream. @throws IOException where the stream is cut or malformed */
    public static @Nullable LiveNews next(DataInputStream in) throws IOException {
        int kind = in.read();
        return switch (kind) {
            case -1 -> null;
            case FRESH -> {
                String position = in.readUTF();
                var runs = new ArrayList<RunNews>();
                for (int count = in.readInt(); count > 0; count--) {
                    String moment = in.readUTF();
                    String runId = in.readUTF();
                    int length = in.readInt();
                    if (length < 0 || length > MOST_BYTES) {
                        throw new IOException("News of " + length + " bytes");
                    }
                    byte[] bytes = new byte[length];
                    in.readFully(bytes);
                    runs.add(new RunNews(moment, runId, bytes));
                }
                yield new LiveNews.Fresh(position, runs);
            }
            case QUIET -> new LiveNews.Quiet(in.readUTF());
            case BEHIND -> new LiveNews.Behind();
            case ENDED -> new LiveNews.Ended(in.readUTF());
            default -> throw new IOException("News in a frame of kind " + kind);
        };
    }

    private static byte[] bytes(Writing writing) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException("A frame cannot be written to memory", e);
        }
        return bytes.toByteArray();
    }

    /** Writes a frame. */
    @FunctionalInterface
    private interface Writing {

        void to(DataOutputStream out) throws IOException;
    }
}
