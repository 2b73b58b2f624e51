package dev.fourfold.metrics.influx;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.WriteApiBlocking;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.exceptions.InfluxException;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreCalls;
import dev.fourfold.journal.StoreUnavailableException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes line protocol through the driver, and finds out which lines of a batch InfluxDB refuses. */
final class InfluxWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InfluxWriter.class);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    /** Fewer, larger bodies are faster; past this there is little to win, and InfluxDB's limit is 25 MB. */
    private static final int BODY_CHARACTERS = 2 << 20;

    /** A body has the lines of one policy. */
    static final Comparator<Line> BY_POLICY = (a, b) -> a.policy() == b.policy()
            ? 0
            : a.policy().name().compareTo(b.policy().name());

    private static final Pattern DROPPED = Pattern.compile("dropped[= ](\\d+)");

    private final InfluxConfiguration configuration;
    private final InfluxDBClient client;
    private final WriteApiBlocking api;
    private final Runnable onDatabaseMissing;
    private final StoreCalls calls;
    private final AtomicInteger underWay = new AtomicInteger();
    private long expired;
    private @Nullable String full;

    /** One that nobody measures. */
    InfluxWriter(InfluxConfiguration configuration, Runnable onDatabaseMissing) {
        this(configuration, onDatabaseMissing, StoreCalls.unread(Store.INFLUXDB));
    }

    /** @param onDatabaseMissing told when InfluxDB says that it has no such database */
    InfluxWriter(InfluxConfiguration configuration, Runnable onDatabaseMissing, StoreCalls calls) {
        this.calls = calls;
        calls.connections("write", underWay::get);
        this.configuration = configuration;
        var http = new OkHttpClient.Builder()
                .connectTimeout(CONNECT_LIMIT)
                .readTimeout(configuration.timeout())
                .writeTimeout(configuration.timeout())
                // All of it: each of the others begins anew with every few bytes.
                .callTimeout(configuration.timeout().multipliedBy(2));
        configuration
                .authorities()
                .ifPresent(trusted -> http.sslSocketFactory(trusted.context().getSocketFactory(), trusted.manager()));
        var options = InfluxDBClientOptions.builder()
                .url(configuration.url())
                .org(configuration.writeOrg())
                .okHttpClient(http);
        String token = configuration.writeToken();
        if (token != null) {
            options.authenticateToken(token.toCharArray());
        }
        this.client = InfluxDBClientFactory.create(options.build());
        this.api = client.getWriteApiBlocking();
        this.onDatabaseMissing = onDatabaseMissing;
    }

    /**
     * Writes lines in order, up to the first that InfluxDB refuses. Lines may be written again.
     *
     * @return what was refused, or null where all are written
     */
    <L extends Line> @Nullable Refusal<L> write(List<L> lines) throws StoreUnavailableException {
        int from = 0;
        while (from < lines.size()) {
            int to = from;
            int characters = 0;
            Policy policy = lines.get(from).policy();
            while (to < lines.size()
                    && lines.get(to).policy() == policy
                    && (to == from || characters < BODY_CHARACTERS)) {
                characters += lines.get(to++).text().length() + 1;
            }
            var refusal = writePart(lines, from, to);
            if (refusal != null) {
                return refusal;
            }
            from = to;
        }
        return null;
    }

    /** The driver's client. */
    InfluxDBClient client() {
        return client;
    }

    /** How many points were past the retention policy that somebody gave the database, since the start. */
    long expired() {
        return expired;
    }

    /**
     * Fails where InfluxDB has taken no new series since this was last asked: the others' lines are written, and writing
     * all again mends it once there is room.
     */
    void checkRoom() throws StoreUnavailableException {
        String reason = full;
        full = null;
        if (reason != null) {
            throw new StoreUnavailableException("InfluxDB takes no more series: " + reason
                    + ": set max-values-per-tag and max-series-per-database to 0, or index-version to tsi1");
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private <L extends Line> @Nullable Refusal<L> writePart(List<L> lines, int from, int to)
            throws StoreUnavailableException {
        var body = new StringBuilder();
        for (Line line : lines.subList(from, to)) {
            body.append(line.text()).append('\n');
        }
        try {
            String bucket = configuration.writeBucket(lines.get(from).policy());
            post(bucket, body.toString());
            return null;
        } catch (InfluxException e) {
            String reason = String.valueOf(e.getMessage());
            return switch (e.status()) {
                // The body was read and something in it refused; the good lines may be written, and may be so again.
                case 400, 413, 422 -> {
                    // The words of 1.8, and of 2.x.
                    if (reason.contains("beyond retention policy") || reason.contains("outside retention policy")) {
                        // All others are written, and no other shape would save these.
                        LOG.warn("influxdb.expired reason={}", reason);
                        var dropped = DROPPED.matcher(reason);
                        expired += dropped.find() ? Long.parseLong(dropped.group(1)) : 1;
                        yield null;
                    }
                    if (to - from == 1) {
                        if (reason.contains(" limit exceeded")) {
                            // Of a new series, which must wait for the administrator. Not so the other lines, of which
                            // InfluxDB may have left out good ones too.
                            full = reason;
                            yield null;
                        }
                        yield new Refusal<>(lines.get(from), from, reason);
                    }
                    int middle = (from + to) >>> 1;
                    var first = writePart(lines, from, middle);
                    yield first != null ? first : writePart(lines, middle, to);
                }
                case 404 -> {
                    onDatabaseMissing.run();
                    throw new StoreUnavailableException("InfluxDB has no such database: " + reason, e);
                }
                default -> {
                    if (InfluxSchema.isMissing(reason)) {
                        onDatabaseMissing.run();
                    }
                    throw new StoreUnavailableException("InfluxDB does not take points: " + reason, e);
                }
            };
        }
    }

    private void post(String bucket, String body) {
        long begun = System.nanoTime();
        underWay.incrementAndGet();
        try {
            api.writeRecord(bucket, configuration.writeOrg(), WritePrecision.NS, body);
            calls.succeeded("write", System.nanoTime() - begun);
        } catch (InfluxException e) {
            calls.failed("write", e, System.nanoTime() - begun);
            throw e;
        } finally {
            underWay.decrementAndGet();
        }
    }

    /**
     * A line that InfluxDB refuses.
     *
     * @param index its place in the list; all before it are written
     * @param reason in InfluxDB's words
     */
    record Refusal<L extends Line>(L line, int index, String reason) {

        /** Whether somebody wrote another type of value to one of the line's fields. */
        boolean isOfType() {
            return reason.contains("field type conflict");
        }
    }

    /** One line of line protocol. */
    interface Line {

        /** The line, without its end. */
        String text();

        /** Where it goes. */
        Policy policy();

        /** What a log may say of it. */
        String describe();
    }
}
