package dev.fourfold.metrics.influx;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.fourfold.contract.http.PromptStream;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreCalls;
import dev.fourfold.journal.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads by InfluxQL, POSTed to {@code /query} with bound parameters: the driver's own InfluxQL API has no parameters and
 * takes an error for an empty answer.
 */
final class InfluxReader implements AutoCloseable {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration PING_LIMIT = Duration.ofSeconds(1);
    private static final int SILENCE = 3;
    private static final Duration DELETE_LIMIT = Duration.ofMinutes(2);

    /** Rows come in pieces of this many, so neither side holds a whole answer as text. */
    private static final int CHUNK_ROWS = 10_000;

    private static final Set<Integer> NOT_FOR_US = Set.of(401, 403, 404);

    private static final String JSON_TYPE = "application/json";
    private static final String PACKED_TYPE = "application/x-msgpack";

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(1 << 20)
                    .maxDocumentLength(-1)
                    .build())
            .build();

    private final InfluxConfiguration configuration;
    private final HttpClient http;
    private final URI queryUri;
    private final @Nullable String authorization;

    private final Runnable onDatabaseMissing;
    private final StoreCalls calls;
    private final AtomicInteger underWay = new AtomicInteger();

    /** One that nobody measures. */
    InfluxReader(InfluxConfiguration configuration, Runnable onDatabaseMissing) {
        this(configuration, onDatabaseMissing, StoreCalls.unread(Store.INFLUXDB));
    }

    /** @param onDatabaseMissing told when InfluxDB says that it has no such database */
    InfluxReader(InfluxConfiguration configuration, Runnable onDatabaseMissing, StoreCalls calls) {
        this.configuration = configuration;
        var client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_LIMIT)
                .executor(Executors.newVirtualThreadPerTaskExecutor());
        configuration.authorities().ifPresent(trusted -> client.sslContext(trusted.context()));
        this.http = client.build();
        this.onDatabaseMissing = onDatabaseMissing;
        this.calls = calls;
        calls.connections("read", underWay::get); // A request has a connection to itself.
        this.queryUri = URI.create(configuration.url() + "/query?epoch=ns&chunked=true&chunk_size=" + CHUNK_ROWS
                + "&db=" + URLEncoder.encode(configuration.database(), StandardCharsets.UTF_8));
        this.authorization = authorization(configuration);
    }

    /** The version that the server names, if it does. Throws where it is away. */
    Optional<String> version() throws StoreUnavailableException {
        var request = request(URI.create(configuration.url() + "/ping"), PING_LIMIT)
                .GET()
                .build();
        var response = send(request, HttpResponse.BodyHandlers.discarding());
        if (response.statusCode() / 100 != 2) {
            throw new StoreUnavailableException("InfluxDB answered a ping with status " + response.statusCode());
        }
        // A server that was built by `go install` calls itself "unknown".
        return response.headers().firstValue("X-Influxdb-Version").filter(version -> !version.equals("unknown"));
    }

    /**
     * Runs the statements; their rows go to their receivers.
     *
     * @throws StoreUnavailableException for everything that is not an answer, an error inside a 200 included
     */
    void query(InfluxQuery query) throws StoreUnavailableException {
        measured("query", query, JSON_TYPE, configuration.timeout());
    }

    /** Runs statements that may take InfluxDB far longer than a read: those that delete. */
    void delete(InfluxQuery query) throws StoreUnavailableException {
        Duration limit = configuration.timeout();
        measured("delete", query, JSON_TYPE, limit.compareTo(DELETE_LIMIT) > 0 ? limit : DELETE_LIMIT);
    }

    /** The same for many numbers: in a form that InfluxDB writes in a third of the time, where it knows it. */
    void queryNumbers(InfluxQuery query) throws StoreUnavailableException {
        measured("query", query, PACKED_TYPE, configuration.timeout());
    }

    /** What is asked from the database's outside: the counters of a 1.8, or those of a 2.x. */
    <T> T ask(String path, Reading<T> reading) throws StoreUnavailableException {
        return ask(path, reading, false).orElseThrow(() -> new IllegalStateException("No answer to " + path));
    }

    /** The same; empty where the server, or what stands before it, does not let us ask. */
    <T> Optional<T> askIfAllowed(String path, Reading<T> reading) throws StoreUnavailableException {
        return ask(path, reading, true);
    }

    private <T> Optional<T> ask(String path, Reading<T> reading, boolean optional) throws StoreUnavailableException {
        var request = request(URI.create(configuration.url() + path), configuration.timeout())
                .GET()
                .build();
        var response = send(request, PromptStream.within(silence(configuration.timeout())));
        try (InputStream body = response.body()) {
            if (optional && NOT_FOR_US.contains(response.statusCode())) {
                return Optional.empty();
            }
            if (response.statusCode() / 100 != 2) {
                throw new StoreUnavailableException(
                        "InfluxDB answered " + path + " with status " + response.statusCode());
            }
            return Optional.of(reading.read(body));
        } catch (IOException e) {
            throw new StoreUnavailableException("InfluxDB's answer was cut short", e);
        }
    }

    /** Makes something of an answer. */
    @FunctionalInterface
    interface Reading<T> {
        T read(InputStream body) throws IOException;
    }

    private void measured(String operation, InfluxQuery query, String type, Duration limit)
            throws StoreUnavailableException {
        if (query.size() == 0) {
            return;
        }
        long begun = System.nanoTime();
        underWay.incrementAndGet();
        try {
            query(query, type, limit);
            calls.succeeded(operation, System.nanoTime() - begun);
        } catch (StoreUnavailableException e) {
            calls.failed(operation, e.getCause() == null ? e : e.getCause(), System.nanoTime() - begun);
            throw e;
        } finally {
            underWay.decrementAndGet();
        }
    }

    /** InfluxDB begins every answer at once, and works on it then. */
    private static Duration silence(Duration limit) {
        return limit.multipliedBy(SILENCE);
    }

    private void query(InfluxQuery query, String type, Duration limit) throws StoreUnavailableException {
        String form = "q=" + URLEncoder.encode(query.text(), StandardCharsets.UTF_8) + "&params="
                + URLEncoder.encode(json(query.parameters()), StandardCharsets.UTF_8);
        var request = request(queryUri, limit)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", type)
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        var response = send(request, PromptStream.within(silence(limit)));
        try (InputStream body = response.body()) {
            if (response.statusCode() / 100 != 2) {
                throw refused("status " + response.statusCode() + ": "
                        + new String(body.readNBytes(500), StandardCharsets.UTF_8));
            }
            if (response.headers()
                    .firstValue("Content-Type")
                    .filter(PACKED_TYPE::equals)
                    .isPresent()) {
                var error = PackedAnswer.read(body, query);
                if (error.isPresent()) {
                    throw refused(error.get());
                }
            } else {
                parse(body, query);
            }
            if (!query.isAnswered()) {
                throw refused("no answer to some of its statements");
            }
        } catch (IOException e) {
            throw new StoreUnavailableException("InfluxDB's answer was cut short", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(URI uri, Duration limit) {
        var request = HttpRequest.newBuilder(uri).timeout(limit);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return request;
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws StoreUnavailableException {
        try {
            try {
                return http.send(request, handler);
            } catch (ConnectException | HttpTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // A connection kept from before InfluxDB restarted. Reading may be repeated.
                return http.send(request, handler);
            }
        } catch (IOException e) {
            throw new StoreUnavailableException("InfluxDB at " + configuration.url() + " cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("Interrupted while waiting for InfluxDB", e);
        }
    }

    /** Answers come as one JSON document for each chunk, and an error may stand inside any of them. */
    private void parse(InputStream body, InfluxQuery query) throws IOException, StoreUnavailableException {
        try (JsonParser json = JSON.createParser(body)) {
            while (json.nextToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    String name = json.currentName();
                    json.nextToken();
                    switch (name) {
                        case "results" -> {
                            while (json.nextToken() == JsonToken.START_OBJECT) {
                                parseResult(json, query);
                            }
                        }
                        case "error" -> throw refused(json.getText());
                        default -> json.skipChildren();
                    }
                }
            }
        }
    }

    private void parseResult(JsonParser json, InfluxQuery query) throws IOException, StoreUnavailableException {
        int statement = 0;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "statement_id" -> statement = json.getIntValue();
                case "error" -> throw refused(json.getText());
                case "series" -> {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        parseSeries(json, query.receiver(statement));
                    }
                }
                default -> json.skipChildren();
            }
        }
        query.noteAnswer(statement);
    }

    private static void parseSeries(JsonParser json, InfluxQuery.Rows rows) throws IOException {
        List<String> columns = List.of();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "columns" -> {
                    var read = new ArrayList<String>();
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        read.add(json.getText());
                    }
                    columns = read;
                }
                case "values" -> {
                    while (json.nextToken() == JsonToken.START_ARRAY) {
                        var values = new String[columns.size()];
                        for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
                            values[i] = json.currentToken() == JsonToken.VALUE_NULL ? null : json.getText();
                        }
                        rows.row(columns, values);
                    }
                }
                default -> json.skipChildren();
            }
        }
    }

    private StoreUnavailableException refused(String error) {
        if (InfluxSchema.isMissing(error)) {
            onDatabaseMissing.run();
        }
        return new StoreUnavailableException("InfluxDB refused a query: " + error);
    }

    private static String json(Map<String, Object> parameters) {
        var text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            for (var parameter : parameters.entrySet()) {
                json.writeFieldName(parameter.getKey());
                switch (parameter.getValue()) {
                    case InfluxQuery.Identifier identifier -> {
                        json.writeStartObject();
                        json.writeStringField("identifier", identifier.name());
                        json.writeEndObject();
                    }
                    case Number number -> json.writeNumber(number.longValue());
                    default -> json.writeString(parameter.getValue().toString());
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory failed", e);
        }
        return text.toString();
    }

    private static @Nullable String authorization(InfluxConfiguration configuration) {
        if (configuration.token() != null) {
            return "Token " + configuration.token();
        }
        String user = configuration.writeToken();
        return user == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }
}
