package dev.fourfold.standalone.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.Instance;
import dev.fourfold.standalone.LaunchedPlatform;
import dev.fourfold.standalone.SecondGateway;
import dev.fourfold.standalone.crash.Checker.Violation;
import dev.fourfold.standalone.crash.Write.Form;
import dev.fourfold.standalone.crash.Write.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients write to runs of two and of three instances of metrics-svc while one instance after another is killed with -9:
 * what is acknowledged is there once, and runs of living owners are never refused.
 */
final class ITInstanceKills {

    private static final int WRITERS_EACH = 2;
    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(120);
    private static final Duration POLL = Duration.ofMillis(200);

    /** Probes of living owners while one is dead. */
    private static final int PROBES = 5;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final long seed = Long.getLong("crash.seed", System.currentTimeMillis());

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void acknowledgedPoints_areThereOnce_andLivingOwnersNeverRefuse(int instances) throws Exception {
        Path data = folder.toRealPath().resolve("data");
        var stop = new CountDownLatch(1);
        try (var platform = LaunchedPlatform.up(
                        data,
                        "--separate",
                        "--service-ports",
                        "0",
                        "--port",
                        "0",
                        "--metrics-instances",
                        Integer.toString(instances));
                var gateway = new Gateway(platform.url())) {
            String experiment = gateway.experiment("instances");
            List<String> probes = new ArrayList<>();
            List<Writer> writers = new ArrayList<>();
            for (int number = 1; number <= instances; number++) {
                probes.add(runOf(new Instance(number, instances), gateway, experiment));
                for (int i = 0; i < WRITERS_EACH; i++) {
                    String run = runOf(new Instance(number, instances), gateway, experiment);
                    writers.add(new Writer(writers.size(), seed, run, gateway, stop));
                }
            }
            List<Thread> threads = writers.stream()
                    .map(writer -> Thread.ofVirtual().start(writer))
                    .toList();
            for (int number = 1; number <= instances; number++) {
                killAndProbe(data, number, gateway, probes);
            }
            stop.countDown();
            for (Thread thread : threads) {
                thread.join();
            }

            List<Violation> violations = new ArrayList<>();
            for (Writer writer : writers) {
                violations.addAll(Checker.violations(writer.writes(), gateway.read(writer.target())));
                assertThat(writer.writes())
                        .as("acknowledged")
                        .anyMatch(write -> write.form() == Form.METRIC && write.outcome() == Outcome.OK);
                assertThat(writer.writes()).noneMatch(write -> write.outcome() == Outcome.FAILED);
            }
            assertThat(violations).as("seed %d", seed).isEmpty();
            if (instances == 3) {
                anotherListMakesNoSecondOwner(platform, gateway, experiment);
            }
        } finally {
            stop.countDown();
        }
    }

    /** Kills one, asks for runs of the others until it is back, and waits until its own runs are taken again. */
    private static void killAndProbe(Path data, int number, Gateway gateway, List<String> probes)
            throws IOException, InterruptedException {
        String process = "metrics-svc" + (number == 1 ? "" : "-" + number);
        ProcessHandle victim =
                Victim.process(data, process, Victim.METRICS.note()).orElseThrow();
        Victim.kill(victim);
        for (int n = 1; n <= PROBES; n++) {
            for (int other = 1; other <= probes.size(); other++) {
                if (other != number) {
                    String run = probes.get(other - 1);
                    int step = number * 100 + n;
                    var written = gateway.post(Form.METRIC.path(run), Form.METRIC.body(run, 0, step));
                    assertThat(written.outcome())
                            .as("a point for instance %d while %d is dead: %s", other, number, written)
                            .isEqualTo(Outcome.OK);
                    var history = historyOf(run, gateway);
                    assertThat(history.outcome())
                            .as("a history of instance %d while %d is dead: %s", other, number, history)
                            .isEqualTo(Outcome.OK);
                    assertThat(history.body()).contains("\"step\":" + step);
                }
            }
        }
        String own = probes.get(number - 1);
        Instant limit = Instant.now().plus(RECOVERY_LIMIT);
        while (gateway.post(Form.METRIC.path(own), Form.METRIC.body(own, 0, number * 100))
                        .outcome()
                != Outcome.OK) {
            assertThat(Instant.now())
                    .as("instance %d takes points again", number)
                    .isBefore(limit);
            Thread.sleep(POLL);
        }
    }

    /** Asks again where the store is too slow for a read's limit just now, as clients do. */
    private static Gateway.Answer historyOf(String run, Gateway gateway) throws IOException, InterruptedException {
        Instant limit = Instant.now().plus(RECOVERY_LIMIT);
        while (true) {
            var history = gateway.get(history(run));
            if (!history.body().contains("still on its way") || Instant.now().isAfter(limit)) {
                return history;
            }
        }
    }

    /** Every answer but 200 is a refusal that says why, and nothing comes twice. */
    private static void anotherListMakesNoSecondOwner(LaunchedPlatform platform, Gateway gateway, String experiment)
            throws IOException, InterruptedException {
        List<String> addresses = SecondGateway.addresses(platform, "metrics");
        assertThat(addresses).hasSize(3);
        try (var other = SecondGateway.beside(platform, String.join(",", addresses.subList(0, 2)));
                var wrong = new Gateway(other.url())) {
            int refused = 0;
            for (int i = 0; i < 12; i++) {
                String run = gateway.run(experiment);
                var first = wrong.post(Form.METRIC.path(run), Form.METRIC.body(run, 0, 1));
                assertThat(gateway.post(Form.METRIC.path(run), Form.METRIC.body(run, 0, 1))
                                .outcome())
                        .isEqualTo(Outcome.OK);
                if (first.outcome() != Outcome.OK) {
                    assertThat(first.status()).isEqualTo(503);
                    assertThat(first.body()).contains("belongs to instance");
                    refused++;
                }
                assertThat(gateway.read(run).elements()).hasSize(1);
            }
            assertThat(refused).isPositive();
        }
    }

    private static String history(String run) {
        return "/api/2.0/mlflow/metrics/get-history?metric_key=m&run_id=" + run;
    }

    private static String runOf(Instance owner, Gateway gateway, String experiment)
            throws IOException, InterruptedException {
        while (true) {
            String run = gateway.run(experiment);
            if (owner.owns(run)) {
                return run;
            }
        }
    }
}
