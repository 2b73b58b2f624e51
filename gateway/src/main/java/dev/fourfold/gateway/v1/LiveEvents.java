package dev.fourfold.gateway.v1;

import dev.fourfold.contract.live.LiveNews.RunNews;
import dev.fourfold.gateway.http.Json;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** News as server-sent events. Those of a moment are written once for all listeners that chose the same. */
@Singleton
final class LiveEvents {

    /** How much is remembered: listeners take a moment's events within a moment of each other. */
    private static final long MOST_BYTES = 4L << 20;

    private final LinkedHashMap<Name, Event> events = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    /**
     * The event of some news, without an id.
     *
     * @param choice what the bytes depend on besides the moment and the run
     * @param writing makes an event of the news' bytes
     */
    byte[] of(RunNews news, Object choice, Function<byte[], byte[]> writing) {
        var name = new Name(news.moment(), news.runId(), choice);
        Event event;
        synchronized (events) {
            event = events.computeIfAbsent(name, _ -> new Event());
        }
        byte[] written;
        synchronized (event) {
            written = event.bytes;
            if (written != null) {
                return written;
            }
            written = writing.apply(news.bytes());
            event.bytes = written;
        }
        remember(event, written.length);
        return written;
    }

    /** An event, without an id. */
    static byte[] event(String type, Json.Writing data) {
        byte[] begin = ("event: " + type + "\ndata: ").getBytes(StandardCharsets.US_ASCII);
        byte[] json = Json.bytes(data);
        var event = new ByteArrayOutputStream(begin.length + json.length + 2);
        event.writeBytes(begin);
        event.writeBytes(json); // Compact JSON is one line.
        event.write('\n');
        event.write('\n');
        return event.toByteArray();
    }

    /** What says where to go on from: before an event, its id; alone, the place of the listener at the time. */
    static byte[] id(String position) {
        return ("id: " + position + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private void remember(Event event, int length) {
        synchronized (events) {
            event.counted = length;
            bytes += length;
            var oldest = events.values().iterator();
            while (bytes > MOST_BYTES && events.size() > 1 && oldest.hasNext()) {
                bytes -= oldest.next().counted;
                oldest.remove();
            }
        }
    }

    /** What tells an event from others. */
    private record Name(String moment, String runId, Object choice) {}

    /** An event, once it is written; its bytes are guarded by itself, the count by the map. */
    private static final class Event {

        private byte @Nullable [] bytes;
        private int counted;
    }
}
