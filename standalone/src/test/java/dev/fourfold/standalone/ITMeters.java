package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.embedded.EmbeddedStore;
import dev.fourfold.embedded.InfluxStore;
import dev.fourfold.embedded.Ports;
import dev.fourfold.embedded.PostgresSettings;
import dev.fourfold.embedded.PostgresStore;
import dev.fourfold.embedded.PrometheusServer;
import dev.fourfold.embedded.RedisSettings;
import dev.fourfold.embedded.RedisStore;
import dev.fourfold.embedded.TemporaryStores;
import io.lettuce.core.RedisClient;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoublePredicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.yaml.snakeyaml.Yaml;

/** What a real Prometheus sees of one JVM with all services: every query has an answer, and each series follows its cause. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class ITMeters {

    private static final Logger LOG = LoggerFactory.getLogger(ITMeters.class);

    /** The queries that are promised to work as they stand here. */
    private static final List<String> PROMISED = List.of(
            "histogram_quantile(0.95, rate(db_query_duration_seconds_bucket[5m]))",
            "db_connections_active",
            "db_cache_hits / (db_cache_hits + db_cache_misses)",
            "replication_lag_seconds",
            "sum by (target) (rate(db_reads_total[1m]))",
            "db_disk_used_bytes / db_disk_total_bytes",
            "histogram_quantile(0.95, rate(db_client_operation_duration_seconds_bucket[5m]))",
            "histogram_quantile(0.95, rate(http_server_request_duration_seconds_bucket[5m]))",
            "journal_records",
            "journal_waiting_bytes",
            "journal_held_bytes / journal_max_bytes",
            "journal_oldest_age_seconds",
            "rate(ingest_points_total[1m])",
            "rate(ingest_lines_total[1m])",
            "rate(rejected_requests_total[1m])",
            "runs");

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?\\w+(:\\w+)?}?");
    private static final Pattern COMPARISON = Pattern.compile("\\s(>|<|>=|<=|==|!=)\\s*[-\\d.e]+\\s*$");
    private static final Pattern RUN_ID = Pattern.compile("\"run_id\" *: *\"([^\"]+)\"");
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String PASSWORD = "of-both";

    /** How long statements are held up at least: longer than a second, the bound that they are counted by. */
    private static final int SLOW_MILLIS = 1_100;

    /** How many requests the platform works on at once, how many of them are broken off, and how many come on top. */
    private static final int AT_ONCE = 16;

    private static final int BROKEN_OFF = 4;
    private static final int SURPLUS = 10;

    @TempDir
    static Path folder;

    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static PostgresStore postgres;
    private static PostgresStore postgresReplica;
    private static String database;
    private static InfluxStore influx;
    private static RedisStore redis;
    private static RedisStore replica;
    private static LaunchedPlatform platform;
    private static PrometheusServer prometheus;
    private static int management;

    @BeforeAll
    static void start() throws Exception {
        postgres = TemporaryStores.postgres();
        database = TemporaryStores.newDatabase();
        // It tells its primary every second where it is, not every ten.
        postgresReplica = opened(PostgresStore.startReplica(
                postgres,
                PostgresSettings.in(folder.resolve("postgresql-replica"), 0)
                        .with(Map.of("wal_receiver_status_interval", "1s"))));
        influx = TemporaryStores.influx();
        redis = redis("redis", Map.of());
        replica = redis("replica", Map.of("replicaof", EmbeddedStore.HOST + " " + redis.port()));
        management = Ports.claim("management", 0);
        platform = opened(LaunchedPlatform.up(
                Map.ofEntries(
                        Map.entry("FOURFOLD_POSTGRES_URL", database),
                        Map.entry("FOURFOLD_POSTGRES_USERNAME", postgres.user()),
                        Map.entry("FOURFOLD_POSTGRES_PASSWORD", postgres.password()),
                        Map.entry(
                                "FOURFOLD_POSTGRES_READ_URLS",
                                postgresReplica.url(database.substring(database.lastIndexOf('/') + 1))),
                        Map.entry("FOURFOLD_INFLUX_URL", influx.url()),
                        Map.entry("FOURFOLD_INFLUX_USERNAME", influx.user()),
                        Map.entry("FOURFOLD_INFLUX_PASSWORD", influx.password()),
                        Map.entry("FOURFOLD_REDIS_URL", redis.url()),
                        Map.entry("FOURFOLD_DISK_POSTGRESQL", folder.toString()),
                        Map.entry("FOURFOLD_DISK_INFLUXDB", "100Gi"),
                        Map.entry("FOURFOLD_DISK_REDIS", "10Gi"),
                        Map.entry("FOURFOLD_LOAD_REQUESTS", Integer.toString(AT_ONCE)),
                        Map.entry("FOURFOLD_GATEWAY_MANAGEMENT", "true"),
                        Map.entry("FOURFOLD_GATEWAY_MANAGEMENT_PORT", Integer.toString(management)),
                        Map.entry("FOURFOLD_METERS_EVERY", "500ms")),
                folder.resolve("data"),
                "--port",
                "0"));
        prometheus = opened(PrometheusServer.start(
                folder.resolve("prometheus"),
                Map.of("fourfold", EmbeddedStore.HOST + ":" + management),
                rules(),
                line -> LOG.info("{}", line)));
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable one : OPEN.reversed()) {
            one.close();
        }
    }

    @Test
    void everyQuery_hasAnAnswer() throws Exception {
        String run = newRun();
        log(run, 0, 10);
        lines(run);
        platform.get("/api/2.0/mlflow/runs/get?run_id=none");
        var queries = new LinkedHashSet<>(PROMISED);
        queries.addAll(queriesOfDashboards());
        queries.addAll(queriesOfRules());
        for (String query : queries) {
            awaitValue(query, _ -> true);
        }
        for (String store : List.of("postgresql", "influxdb", "mongodb", "redis")) {
            awaitValue("db_connections_active{store=\"" + store + "\"}", _ -> true);
            awaitValue("sum(db_query_duration_seconds_count{store=\"" + store + "\"})", value -> value > 0);
        }
        for (String store : List.of("postgresql", "influxdb", "redis", "artifacts")) {
            awaitValue(
                    "db_disk_used_bytes{store=\"" + store + "\"} / db_disk_total_bytes",
                    share -> share >= 0 && share <= 1); // An InfluxDB that was just made says 0 for a while.
        }
        for (String store : List.of("postgresql", "redis")) {
            awaitValue("db_cache_hits{store=\"" + store + "\"} + db_cache_misses", value -> value > 0);
        }
    }

    @Test
    void scrape_namesNothingTwice_andNothingOfWhichThereAreMany() throws Exception {
        String run = newRun();
        log(run, 0, 1);
        platform.get("/api/2.0/mlflow/runs/get?run_id=" + run);
        String scraped = scrape();
        var series = scraped.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .toList();
        assertThat(series).doesNotHaveDuplicates();
        assertThat(scraped).doesNotContain(run).doesNotContain("experiment_id=");
    }

    @Test
    void slowStatement_isSeen_andSoAreConnectionsThatWait() throws Exception {
        String slow = "sum(db_query_duration_seconds_count{store=\"postgresql\"})"
                + " - sum(db_query_duration_seconds_bucket{store=\"postgresql\",le=\"1.0\"})";
        double before = awaitValue(slow, _ -> true);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection connection = connection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("LOCK TABLE metadata.experiments IN ACCESS EXCLUSIVE MODE");
            }
            var waiting = new ArrayList<Future<Integer>>();
            var goesOn = new AtomicBoolean(true);
            for (int i = 0; i < 4; i++) {
                // Of one name, they would share one question to PostgreSQL.
                String path = byName("waiting-" + i);
                waiting.add(threads.submit(() -> {
                    int status;
                    do {
                        status = platform.get(path).statusCode();
                        // A lock is waited for five seconds; Prometheus may look later.
                    } while (status == 503 && goesOn.get());
                    return status;
                }));
            }
            awaitValue("db_connections_active{store=\"postgresql\",pool=\"metadata\"}", active -> active >= 3);
            Thread.sleep(SLOW_MILLIS);
            goesOn.set(false);
            connection.rollback();
            for (var one : waiting) {
                assertThat(one.get()).isIn(404, 503);
            }
        }
        awaitValue("db_connections_active{store=\"postgresql\",pool=\"metadata\"}", active -> active < 3);
        awaitValue(slow, after -> after > before);
    }

    @Test
    void emptiedCache_isMissed() throws Exception {
        String run = newRun();
        String hits = "db_cache_hits{store=\"redis\"}";
        String misses = "db_cache_misses{store=\"redis\"}";
        double before = awaitValue(hits, _ -> true);
        awaitValue(hits, () -> platform.get("/api/2.0/mlflow/runs/get?run_id=" + run), after -> after > before);
        double missedBefore = awaitValue(misses, _ -> true);
        forgetEverything();
        awaitValue(misses, () -> platform.get("/api/2.0/mlflow/runs/get?run_id=" + run), after -> after > missedBefore);
        double hitBefore = awaitValue(hits, _ -> true);
        awaitValue(hits, () -> platform.get("/api/2.0/mlflow/runs/get?run_id=" + run), after -> after > hitBefore);
    }

    @Test
    void cacheThatIsAway_isMissed_andHasNoConnection() throws Exception {
        String run = newRun();
        String misses = "db_cache_misses{store=\"redis\"}";
        double missedBefore = awaitValue(misses, _ -> true);
        redis.close();
        try {
            awaitValue(
                    misses,
                    () -> platform.get("/api/2.0/mlflow/runs/get?run_id=" + run),
                    after -> after > missedBefore);
            awaitValue("db_connections_active{store=\"redis\",pool=\"answers\"}", open -> open == 0);
        } finally {
            int port = redis.port();
            redis = redis("redis", port, Map.of());
        }
        awaitValue("db_connections_active{store=\"redis\",pool=\"answers\"}", open -> open == 1);
    }

    @Test
    void pausedReplica_lags() throws Exception {
        String lag = "replication_lag_seconds{store=\"redis\",replica=\"" + EmbeddedStore.HOST + ":" + replica.port()
                + "\"}";
        awaitValue(lag, seconds -> seconds <= 1);
        signal("STOP", replica);
        try {
            awaitValue(lag, seconds -> seconds >= 4);
        } finally {
            signal("CONT", replica);
        }
        awaitValue(lag, seconds -> seconds <= 1);
    }

    @Test
    void pausedReplicaOfPostgresql_lags_andSearchesLeaveIt() throws Exception {
        String told = "replication_lag_seconds{store=\"postgresql\",replica=\"" + EmbeddedStore.HOST + "\"}";
        String measured = "replication_lag_seconds{store=\"postgresql\",replica=\"" + EmbeddedStore.HOST + ":"
                + postgresReplica.port() + "\"}";
        String there = "db_reads_total{store=\"postgresql\",target=\"replica\"}";
        String here = "db_reads_total{store=\"postgresql\",target=\"primary\",reason=\"lagging\"}";
        double before = awaitValue(there, _ -> true);
        awaitValue(there, ITMeters::search, after -> after > before);
        awaitValue(told, seconds -> seconds <= 1);
        awaitValue(measured, seconds -> seconds <= 1);
        double elsewhere = awaitValue(here, _ -> true);
        onReplica("SELECT pg_wal_replay_pause()");
        try {
            awaitValue(told, ITMeters::newRun, seconds -> seconds >= 2);
            awaitValue(measured, ITMeters::newRun, seconds -> seconds >= 2);
            awaitValue(here, ITMeters::search, after -> after > elsewhere);
        } finally {
            onReplica("SELECT pg_wal_replay_resume()");
        }
        awaitValue(told, ITMeters::newRun, seconds -> seconds <= 1);
        awaitValue(measured, seconds -> seconds <= 1);
        double paused = awaitValue(there, _ -> true);
        awaitValue(there, ITMeters::search, after -> after > paused);
    }

    @Test
    void writtenData_takeDisk() throws Exception {
        String used = "db_disk_used_bytes{store=\"postgresql\"}";
        double before = awaitValue(used, _ -> true);
        try (var connection = connection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE public.filler AS"
                    + " SELECT repeat(md5(n::text), 20) AS text FROM generate_series(1, 30000) AS n");
            awaitValue(used, after -> after > before + (10 << 20));
            statement.execute("DROP TABLE public.filler");
        }
    }

    @Test
    void storeThatStandsStill_leavesThingsInTheJournal() throws Exception {
        String run = newRun();
        double points = now("ingest_points_total");
        double lines = now("ingest_lines_total");
        signal("STOP", influx);
        try {
            log(run, 0, 100);
            lines(run);
            awaitValue("journal_records{journal=\"metrics\"}", waiting -> waiting > 0);
            awaitValue("journal_waiting_bytes{journal=\"metrics\"}", waiting -> waiting > 0);
            awaitValue("journal_oldest_age_seconds{journal=\"metrics\"}", age -> age > 2);
        } finally {
            signal("CONT", influx);
        }
        awaitValue("journal_records{journal=\"metrics\"}", waiting -> waiting == 0);
        awaitValue("ingest_points_total", taken -> taken == points + 100);
        awaitValue("ingest_lines_total", taken -> taken == lines + 1);
    }

    @Test
    void refusal_isCountedByItsReason_andRunsByTheirStatus() throws Exception {
        String unknown = "rejected_requests_total{reason=\"not-found\"}";
        platform.get("/api/2.0/mlflow/runs/get?run_id=none");
        double before = now(unknown);
        platform.get("/api/2.0/mlflow/runs/get?run_id=none");
        awaitValue(unknown, after -> after == before + 1);

        double failed = awaitValue("runs{status=\"FAILED\"}", _ -> true);
        platform.post("/api/2.0/mlflow/runs/update", "{\"run_id\":\"" + newRun() + "\",\"status\":\"FAILED\"}");
        awaitValue("runs{status=\"FAILED\"}", after -> after == failed + 1);
    }

    /** A lock holds up as many requests as may be worked on: the others are not kept waiting, and nobody hangs. */
    @Test
    void overload_isRefusedAtOnce_counted_andOverWithItsCause() throws Exception {
        String overloaded = "rejected_requests_total{reason=\"overloaded\"}";
        String inWork = "requests_in_work{kind=\"requests\"}";
        double before = awaitValue(overloaded, _ -> true);
        var held = new ArrayList<Future<HttpResponse<String>>>();
        var brokenOff = new ArrayList<Socket>();
        try (var http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection connection = connection()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("LOCK TABLE metadata.experiments IN ACCESS EXCLUSIVE MODE");
            }
            for (int i = 0; i < BROKEN_OFF; i++) {
                brokenOff.add(begin(byName("broken-off-" + i)));
            }
            for (int i = BROKEN_OFF; i < AT_ONCE; i++) {
                var request = HttpRequest.newBuilder(URI.create(platform.url() + byName("held-" + i)))
                        .build();
                held.add(threads.submit(() -> http.send(request, HttpResponse.BodyHandlers.ofString())));
            }
            awaitScraped(inWork, AT_ONCE);
            for (int i = 0; i < SURPLUS; i++) {
                var refused = http.send(
                        HttpRequest.newBuilder(URI.create(platform.url() + byName("surplus-" + i)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(refused.statusCode()).isEqualTo(429);
                assertThat(refused.headers().firstValue("Retry-After")).isPresent();
                assertThat(refused.body()).contains("REQUEST_LIMIT_EXCEEDED");
            }
            assertThat(platform.get("/health").body()).isEqualTo("OK");
            assertThat(platform.get("/api/v1/health").statusCode()).isEqualTo(200);
            for (Socket socket : brokenOff) {
                socket.close();
            }
            connection.rollback();
            for (var one : held) {
                assertThat(one.get().statusCode()).isEqualTo(404);
            }
        }
        assertThat(platform.get(byName("none")).statusCode()).isEqualTo(404);
        awaitValue(overloaded, after -> after == before + SURPLUS);
        awaitValue(inWork, left -> left == 0);
    }

    private static void forgetEverything() {
        var client = RedisClient.create(redis.url());
        try (var connection = client.connect()) {
            connection.sync().flushall();
        } finally {
            client.shutdown();
        }
    }

    private static String byName(String name) {
        return "/api/2.0/mlflow/experiments/get-by-name?experiment_name=" + name;
    }

    /** Sends a request whose answer nobody reads. */
    private static Socket begin(String path) throws IOException, InterruptedException {
        var address = URI.create(platform.url());
        var socket = new Socket(address.getHost(), address.getPort());
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** What the platform itself tells of a series, without waiting for Prometheus. */
    private static void awaitScraped(String series, int expected) throws Exception {
        String line = series + " " + (double) expected;
        Instant limit = Instant.now().plus(LIMIT);
        while (scrape().lines().noneMatch(line::equals)) {
            assertThat(Instant.now()).as(line).isBefore(limit);
        }
    }

    private static String newRun() throws IOException, InterruptedException {
        var answer = platform.post("/api/2.0/mlflow/runs/create", "{\"experiment_id\":\"0\"}")
                .body();
        var id = RUN_ID.matcher(answer);
        assertThat(id.find()).as(answer).isTrue();
        return id.group(1);
    }

    private static int search() throws IOException, InterruptedException {
        return platform.post("/api/2.0/mlflow/runs/search", "{\"experiment_ids\":[\"0\"],\"max_results\":1}")
                .statusCode();
    }

    private static void onReplica(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(postgresReplica.url(), postgres.user(), postgres.password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void log(String run, int from, int to) throws IOException, InterruptedException {
        var metrics = new StringBuilder();
        for (int step = from; step < to; step++) {
            metrics.append(step == from ? "" : ",")
                    .append("{\"key\":\"loss\",\"value\":0.5,\"timestamp\":1700000000000,\"step\":")
                    .append(step)
                    .append('}');
        }
        assertThat(platform.post(
                                "/api/2.0/mlflow/runs/log-batch",
                                "{\"run_id\":\"" + run + "\",\"metrics\":[" + metrics + "]}")
                        .statusCode())
                .isEqualTo(200);
    }

    private static void lines(String run) throws IOException, InterruptedException {
        var answer = platform.post(
                "/api/v1/runs/" + run + "/logs", "[{\"writer\":\"w\",\"sequence\":0,\"message\":\"hello\"}]");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** What a query gives, the first of its series, once that is as expected. */
    private static double awaitValue(String query, DoublePredicate expected) throws Exception {
        return awaitValue(query, () -> "", expected);
    }

    /** The same, with something done before each look. */
    private static double awaitValue(String query, Callable<?> doing, DoublePredicate expected) throws Exception {
        Instant limit = Instant.now().plus(LIMIT);
        while (true) {
            doing.call();
            var value = value(query);
            if (value.isPresent() && expected.test(value.get())) {
                return value.get();
            }
            assertThat(Instant.now())
                    .as("%s is %s; scraped: %s", query, value, Instant.now().isBefore(limit) ? "" : scrape())
                    .isBefore(limit);
            Thread.sleep(200);
        }
    }

    /** Fails where Prometheus does not understand the query. */
    private static Optional<Double> value(String query) throws IOException, InterruptedException {
        var answer = LaunchedPlatform.send(HttpRequest.newBuilder(URI.create(
                        prometheus.url() + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)))
                .GET());
        assertThat(answer.statusCode()).as(query + ": " + answer.body()).isEqualTo(200);
        JsonNode result = json(answer.body()).get("data").get("result");
        return result.size() == 0
                ? Optional.empty()
                : Optional.of(Double.valueOf(result.get(0).get("value").get(1).getStringValue()));
    }

    private static Set<String> queriesOfDashboards() throws IOException {
        var queries = new LinkedHashSet<String>();
        for (Path file : files(".*\\.json")) {
            collect(json(Files.readString(file)), queries);
        }
        return queries;
    }

    /** Of targets that ask Prometheus: Loki's have an "expr", too. */
    private static void collect(JsonNode node, Set<String> queries) {
        if (node.isObject()) {
            var source = node.get("datasource");
            var query = node.get("expr");
            if (query != null
                    && source != null
                    && source.get("type") != null
                    && source.get("type").getStringValue().equals("prometheus")) {
                queries.add(withoutVariables(query.getStringValue()));
            }
        }
        if (node.isContainerNode()) {
            node.values().forEach(child -> collect(child, queries));
        }
    }

    private static Set<String> queriesOfRules() throws IOException {
        var queries = new LinkedHashSet<String>();
        for (Path file : rules()) {
            for (Object one : new Yaml().loadAll(Files.readString(file))) {
                collect(one, queries);
            }
        }
        return queries;
    }

    /** What an alert compares: while all is well the comparison itself gives nothing. */
    private static void collect(Object node, Set<String> queries) {
        if (node instanceof Map<?, ?> map) {
            if (map.get("expr") instanceof String query) {
                var comparison = COMPARISON.matcher(query);
                assertThat(comparison.find())
                        .as("%s ends in a comparison", query)
                        .isTrue();
                queries.add(comparison.replaceFirst(""));
            }
            map.values().forEach(child -> collect(child, queries));
        } else if (node instanceof List<?> list) {
            list.forEach(child -> collect(child, queries));
        }
    }

    private static String withoutVariables(String query) {
        return VARIABLE.matcher(query.replaceAll("\\$__(rate_interval|interval|range)", "1m"))
                .replaceAll(".*");
    }

    private static List<Path> rules() throws IOException {
        return files("rules.*\\.ya?ml");
    }

    private static List<Path> files(String name) throws IOException {
        Path deploy = LaunchedPlatform.HOME.resolve("deploy");
        try (var all = Files.walk(deploy)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> name.startsWith("rules") || file.startsWith(deploy.resolve("grafana")))
                    .filter(file -> file.getFileName().toString().matches(name))
                    .toList();
        }
    }

    private static JsonNode json(String text) throws IOException {
        return JsonMapper.createDefault().readValue(text, JsonNode.class);
    }

    private static String scrape() throws IOException, InterruptedException {
        return LaunchedPlatform.send(HttpRequest.newBuilder(
                                URI.create("http://" + EmbeddedStore.HOST + ":" + management + "/prometheus"))
                        .GET())
                .body();
    }

    /** What a series has at this moment: Prometheus' last look may be a second old. */
    private static double now(String series) throws IOException, InterruptedException {
        return scrape().lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static Connection connection() throws SQLException {
        return DriverManager.getConnection(database, postgres.user(), postgres.password());
    }

    private static void signal(String name, EmbeddedStore store) throws IOException, InterruptedException {
        var pid = Long.toString(store.pid().orElseThrow());
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor())
                .isZero();
    }

    private static RedisStore redis(String name, Map<String, String> more) throws IOException {
        return redis(name, 0, more);
    }

    /** Both have one password. */
    private static RedisStore redis(String name, int port, Map<String, String> more) throws IOException {
        Path own = Files.createDirectories(folder.resolve(name));
        Files.writeString(own.resolve("password"), PASSWORD);
        var settings = new HashMap<>(more);
        settings.put("masterauth", PASSWORD);
        settings.put("repl-diskless-sync-delay", "0");
        return opened(RedisStore.start(RedisSettings.in(own, port).with(settings)));
    }

    private static <T extends AutoCloseable> T opened(T one) {
        OPEN.add(one);
        return one;
    }
}
