package dev.fourfold.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A real Prometheus that scrapes every second, and listens on the loopback address only: for tests of what is scraped; and
 * the tool that comes with it, for tests of alerts. They are those on the PATH, or else Debian's, unpacked into the tools
 * folder once; that needs no rights.
 */
public final class PrometheusServer extends ProcessStore {

    private static final String PART = "prometheus";
    private static final String NAME = "prometheus";
    private static final String TOOL = "promtool";
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
    private static final int OK = 200;

    /** Package lists may have to be fetched first, for which it takes an administrator, as CI is. */
    private static final String FROM_DEBIAN = """
            cd "$0" && { apt-get -q download prometheus || { apt-get -q update && apt-get -q download prometheus; }; } \
            && dpkg-deb -x prometheus_*.deb unpacked
            """;

    private PrometheusServer(StoreProcess process, Path folder, String version) {
        super(process, folder, PART, "Prometheus", version);
    }

    /**
     * Starts it.
     *
     * @param targets as {@code host:port}, by the name of the job, each scraped at {@code /prometheus}
     * @param rules a file of alert rules that it is to load, or none
     * @param progress gets a line for people when something takes long
     * @throws EmbeddedStoreException where there is none on the PATH and no Debian to have one from
     */
    public static PrometheusServer start(
            Path path, Map<String, String> targets, List<Path> rules, Consumer<String> progress) {
        return started(PART, path, folder -> {
            var program = program(NAME, progress).toRealPath();
            var data = folder.path().resolve("data");
            var configuration = folder.path().resolve("prometheus.yml");
            StoreProcess.stopLeftOvers(folder, PART, NAME, data.toString(), ProcessHandle::destroy, STOP_LIMIT);
            var process = StoreProcess.start(
                    folder,
                    PART,
                    0,
                    at -> new StoreProcess.Launch(
                            PART,
                            NAME,
                            data.toString(),
                            List.of(
                                    program.toString(),
                                    "--config.file=" + configuration,
                                    "--storage.tsdb.path",
                                    data.toString(),
                                    "--web.listen-address=" + HOST + ":" + at),
                            Map.of(),
                            () -> PrivateFiles.write(configuration, configuration(targets, rules)),
                            _ -> answers(at),
                            ProcessHandle::destroy,
                            null,
                            START_LIMIT,
                            STOP_LIMIT));
            return new PrometheusServer(process, folder.path(), program.toString());
        });
    }

    /**
     * Runs a file of tests of rules, as {@code promtool test rules} does.
     *
     * @throws IOException where one fails, with what is wrong
     */
    public static void testRules(Path tests, Consumer<String> progress) throws IOException, InterruptedException {
        var tool = program(TOOL, progress);
        StoreProcess.output(null, List.of(tool.toString(), "test", "rules", tests.toString()));
    }

    private static Path program(String name, Consumer<String> progress) throws IOException, InterruptedException {
        var installed = StoreProcess.onPath(name);
        if (installed.isPresent()) {
            return installed.get();
        }
        return Tools.once(Tools.folder(), "prometheus-programs", Path.of("unpacked", "usr", "bin"), empty -> {
                    progress.accept("Fetching Debian's prometheus, once ...");
                    StoreProcess.output(null, List.of("sh", "-c", FROM_DEBIAN, empty.toString()));
                })
                .resolve(name);
    }

    private static String configuration(Map<String, String> targets, List<Path> rules) {
        var jobs = new StringBuilder();
        targets.forEach((job, target) -> jobs.append("""
                  - job_name: %s
                    metrics_path: /prometheus
                    static_configs: [{targets: ["%s"]}]
                """.formatted(job, target)));
        return """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: [%s]
                scrape_configs:
                %s""".formatted(
                String.join(", ", rules.stream().map(rule -> "\"" + rule + "\"").toList()), jobs);
    }

    private static boolean answers(int port) throws InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                                    HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port + "/-/ready"))
                                            .timeout(ANSWER_LIMIT)
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == OK;
        } catch (IOException e) {
            return false; // Not yet.
        }
    }

    /** Its API. */
    @Override
    public String url() {
        return "http://" + HOST + ":" + port();
    }
}
