package dev.fourfold.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Instance;
import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.embedded.TemporaryStores;
import io.micronaut.context.ApplicationContext;
import io.micronaut.inject.qualifiers.Qualifiers;
import io.micronaut.runtime.server.EmbeddedServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operations across HTTP where three instances share the runs. */
final class ITMetricInstances extends MetricOperationsContract {

    private static final int HOW_MANY = 3;

    @TempDir
    private static Path folder;

    private static final List<ApplicationContext> INSTANCES = new ArrayList<>();
    private static final List<String> ADDRESSES = new ArrayList<>();
    private static ApplicationContext client;

    @BeforeAll
    static void start() {
        for (int number = 1; number <= HOW_MANY; number++) {
            var instance = Service.separate(
                            TemporaryStores.influx(),
                            folder.resolve("journal-" + number),
                            Map.of("fourfold.metrics.instance", number + "/" + HOW_MANY))
                    .start();
            INSTANCES.add(instance);
            ADDRESSES.add(
                    instance.getBean(EmbeddedServer.class).start().getURL().toString());
        }
        client = Service.client(String.join(",", ADDRESSES)).start();
    }

    @AfterAll
    static void stop() {
        client.close();
        INSTANCES.forEach(ApplicationContext::close);
    }

    @Override
    MetricOperations operations() {
        return client.getBean(MetricOperations.class);
    }

    @Override
    StoreOperations store() {
        return client.getBean(StoreOperations.class, Qualifiers.byName("metrics"));
    }

    @Test
    void eachRun_isTakenByItsOwnerAlone() {
        for (int number = 1; number <= HOW_MANY; number++) {
            String run = runOf(number);
            operations().append(batch(run, 1));
            for (int other = 1; other <= HOW_MANY; other++) {
                var direct = INSTANCES.get(other - 1).getBean(MetricOperations.class);
                if (other == number) {
                    assertThat(direct.history(history(run)).points().points()).hasSize(1);
                } else {
                    assertRefused("belongs to instance " + number + "/3", () -> direct.append(batch(run, 2)));
                    assertRefused("belongs to instance " + number + "/3", () -> direct.history(history(run)));
                }
            }
        }
    }

    @Test
    void runsOfSeveralOwners_comeBackInTheOrderAsked() {
        List<String> runs =
                Stream.of(3, 1, 2, 1, 3, 2).map(ITMetricInstances::runOf).toList();
        for (int i = 0; i < runs.size(); i++) {
            operations().append(batch(runs.get(i), i + 1));
        }
        var refs = runs.stream().map(run -> new RunRef("shared", run)).toList();

        assertThat(operations().sample(new SampleQuery(refs, "loss", Long.MIN_VALUE, Long.MAX_VALUE, 100)))
                .extracting(PointBatch::runId)
                .containsExactlyElementsOf(runs);
        assertThat(operations().bulk(new BulkQuery(refs, "loss", 50_000)))
                .extracting(PointBatch::runId)
                .containsExactlyElementsOf(runs);
        // 1 + 2 + 3 points of the first three runs, and one of the fourth.
        assertThat(operations().bulk(new BulkQuery(refs, "loss", 7)))
                .extracting(batch -> batch.points().size())
                .containsExactly(1, 2, 3, 1);
        var ranges = runs.stream()
                .map(run -> new RunRange("shared", run, Long.MIN_VALUE, Long.MAX_VALUE))
                .toList();
        var series = operations().series(new SeriesQuery(ranges, List.of("none", "loss"), Axis.STEP, 100));
        assertThat(series)
                .extracting(one -> one.points().runId() + one.key())
                .containsExactlyElementsOf(runs.stream()
                        .flatMap(run -> Stream.of(run + "none", run + "loss"))
                        .toList());
        assertThat(series.getLast().points().points()).hasSize(runs.size());
    }

    @Test
    void ownerThatIsAway_isMissedByItsRunsAlone() {
        var list = List.of(ADDRESSES.get(0), "http://127.0.0.1:1", ADDRESSES.get(2));
        try (var other = Service.client(String.join(",", list)).start()) {
            var operations = other.getBean(MetricOperations.class);
            for (int number : new int[] {1, 3}) {
                String run = runOf(number);
                operations.append(batch(run, 1));
                assertThat(operations.history(history(run)).points().points()).hasSize(1);
            }
            assertRefused("cannot be reached", () -> operations.append(batch(runOf(2), 1)));
            assertThat(operations.journals())
                    .extracting(JournalStatus::instance)
                    .containsExactly("1/3", "2/3", "3/3");
            assertThat(operations.journals())
                    .extracting(JournalStatus::available)
                    .containsExactly(true, false, true);
            assertThat(other.getBean(StoreOperations.class, Qualifiers.byName("metrics"))
                            .status()
                            .available())
                    .isTrue();
        }
    }

    /** A gateway with another list is refused, or finds the owner: never does a second instance take a run. */
    @Test
    void anotherList_makesNoSecondOwner() {
        var two = ADDRESSES.subList(0, 2);
        try (var other = Service.client(String.join(",", two)).start()) {
            var operations = other.getBean(MetricOperations.class);
            int refused = 0;
            for (int i = 0; i < 30; i++) {
                String run = newRun();
                operations().append(batch(run, 1));
                try {
                    operations.append(batch(run, 2));
                    assertThat(two.get(Instance.ownerOf(run, 2).number() - 1))
                            .isEqualTo(ADDRESSES.get(Instance.ownerOf(run, 3).number() - 1));
                    assertThat(operations().history(history(run)).points().points())
                            .hasSize(2);
                } catch (ProblemException e) {
                    refused++;
                    assertThat(e).hasMessageContaining("belongs to instance");
                    assertThat(operations().history(history(run)).points().points())
                            .hasSize(1);
                }
            }
            assertThat(refused).isPositive();
        }
    }

    private static void assertRefused(String why, ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(why)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(Problem.Unavailable.class));
    }

    private static String runOf(int number) {
        return Stream.generate(MetricOperationsContract::newRun)
                .filter(new Instance(number, HOW_MANY)::owns)
                .findFirst()
                .orElseThrow();
    }

    private static PointBatch batch(String run, int points) {
        return new PointBatch(
                "shared",
                run,
                Stream.iterate(1, step -> step + 1)
                        .limit(points)
                        .map(step -> new Point("loss", 1_763_000_000_000L + step, step, step))
                        .toList());
    }

    private static HistoryQuery history(String run) {
        return new HistoryQuery("shared", run, "loss", null, 1_000);
    }
}
