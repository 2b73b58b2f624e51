package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Listens to new points as a program would: reads server-sent events and knows the last id. */
final class LiveListener implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern STEP = Pattern.compile("\"step\":(\\d+)");

    private final HttpClient client;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile @Nullable String lastId;

    /** One event. */
    record Event(String type, String data) {}

    private LiveListener(HttpClient client, HttpResponse<InputStream> answer) {
        this.client = client;
        Thread.ofVirtual().start(() -> read(answer));
    }

    /** Listens to what a query chooses; null where the answer is 503, as for a moment after something was killed. */
    static @Nullable LiveListener to(String url, String chosen, @Nullable String after)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + "/api/v1/metrics/live?" + chosen));
        if (after != null) {
            request.header("Last-Event-ID", after);
        }
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() == 503) {
            client.shutdownNow();
            return null;
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        return new LiveListener(client, answer);
    }

    /** Tries again until it is there. */
    static LiveListener awaited(String url, String chosen, @Nullable String after)
            throws IOException, InterruptedException {
        Instant limit = Instant.now().plus(LIMIT);
        while (true) {
            LiveListener listener = to(url, chosen, after);
            if (listener != null) {
                return listener;
            }
            assertThat(Instant.now()).as("no listening within %s", LIMIT).isBefore(limit);
            Thread.sleep(100);
        }
    }

    /** The id to go on from. */
    @Nullable
    String lastId() {
        return lastId;
    }

    /** The steps in the points that come, replayed ones too, until there are so many different ones. */
    List<Integer> steps(int count) throws InterruptedException {
        var steps = new TreeSet<Integer>();
        while (steps.size() < count) {
            Event event = next();
            assertThat(event.type()).as(event.data()).isIn("points", "replay", "replayed");
            STEP.matcher(event.data()).results().forEach(step -> steps.add(Integer.parseInt(step.group(1))));
        }
        return new ArrayList<>(steps);
    }

    /** The next event. */
    Event next() throws InterruptedException {
        Event event = events.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).as("an event within %s", LIMIT).isNotNull();
        return event;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private void read(HttpResponse<InputStream> answer) {
        String type = "message";
        var data = new StringBuilder();
        try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!data.isEmpty()) {
                        events.add(new Event(type, data.toString()));
                    }
                    type = "message";
                    data.setLength(0);
                } else if (line.startsWith("id: ")) {
                    lastId = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data.append(line, 6, line.length());
                }
            }
        } catch (IOException e) {
            events.add(new Event("cut", String.valueOf(e.getMessage())));
        }
    }
}
