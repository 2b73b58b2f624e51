package dev.fourfold.metrics.influx;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.WriteApiBlocking;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.exceptions.InfluxException;
import dev.fourfold.journal.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes line protocol through the driver, and finds out which lines of a batch InfluxDB refuses. */
final class InfluxWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InfluxWriter.class);

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

    /** Fewer, larger bodies are faster; past this there is little to win, and InfluxDB's limit is 25 MB. */
    private static final int BODY_CHARACTERS = 2 << 20;

    private final InfluxDBClient client;
    private final WriteApiBlocking api;
    private final Runnable onDatabaseMissing;

    /** @param onDatabaseMissing told when InfluxDB says that it has no such database */
    InfluxWriter(InfluxConfiguration configuration, Runnable onDatabaseMissing) {
        var options = InfluxDBClientOptions.builder()
                .url(configuration.url())
                .org(configuration.org() == null ? "-" : configuration.org())
                .bucket(configuration.writeBucket())
                .okHttpClient(new OkHttpClient.Builder()
                        .connectTimeout(CONNECT_LIMIT)
                        .readTimeout(configuration.timeout())
                        .writeTimeout(configuration.timeout()));
        String token = configuration.writeToken();
        if (token != null) {
            options.authenticateToken(token.toCharArray());
        }
        this.client = InfluxDBClientFactory.create(options.build());
        this.api = client.getWriteApiBlocking();
        this.onDatabaseMissing = onDatabaseMissing;
    }

    /**
     * Writes lines, which may be repeated.
     *
     * @return those that InfluxDB refuses; all others are written
     */
    <L extends Line> List<L> write(List<L> lines) throws StoreUnavailableException {
        var refused = new ArrayList<L>();
        int from = 0;
        while (from < lines.size()) {
            int to = from;
            int characters = 0;
            while (to < lines.size() && (to == from || characters < BODY_CHARACTERS)) {
                characters += lines.get(to++).text().length() + 1;
            }
            writePart(lines.subList(from, to), characters, refused);
            from = to;
        }
        return refused;
    }

    @Override
    public void close() {
        client.close();
    }

    private <L extends Line> void writePart(List<L> lines, int characters, List<L> refused)
            throws StoreUnavailableException {
        var body = new StringBuilder(characters);
        for (Line line : lines) {
            body.append(line.text()).append('\n');
        }
        try {
            api.writeRecord(WritePrecision.NS, body.toString());
        } catch (InfluxException e) {
            switch (e.status()) {
                // The body was read and something in it refused; the good lines may be written, and may be so again.
                case 400, 413, 422 -> {
                    if (lines.size() == 1) {
                        LOG.warn(
                                "influxdb.refused line={} reason={}",
                                lines.getFirst().describe(),
                                e.getMessage());
                        refused.add(lines.getFirst());
                        return;
                    }
                    int middle = lines.size() / 2;
                    writePart(lines.subList(0, middle), characters / 2, refused);
                    writePart(lines.subList(middle, lines.size()), characters / 2, refused);
                }
                case 404 -> {
                    onDatabaseMissing.run();
                    throw new StoreUnavailableException("InfluxDB has no such database: " + e.getMessage(), e);
                }
                default -> throw new StoreUnavailableException("InfluxDB does not take points: " + e.getMessage(), e);
            }
        }
    }

    /** One line of line protocol. */
    interface Line {

        /** The line, without its end. */
        String text();

        /** What a log may say of it. */
        String describe();
    }
}
