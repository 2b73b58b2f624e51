package dev.fourfold.metrics.point;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.journal.Journal;
import dev.fourfold.journal.JournalSettings;
import dev.fourfold.metrics.HistoryQuery;
import dev.fourfold.metrics.MetricOperations;
import dev.fourfold.metrics.MetricsDefaults;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRef;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal with a purge in it that is drained twice, as after a crash before anything was trimmed. */
final class ITPurgeReplay {

    private static final long NOW = 1_763_000_000_000L;

    @TempDir
    private Path folder;

    @Test
    void replay_revivesNothingThatWasPurged() throws Exception {
        var purged = UUID.randomUUID().toString();
        var kept = UUID.randomUUID().toString();
        var first = folder.resolve("first");
        try (var journal = Journal.open(JournalSettings.of("metrics", first))) {
            for (int step = 0; step < 100; step++) {
                for (String run : List.of(purged, kept)) {
                    journal.append(run, batch(run, step).toBytes());
                }
            }
            journal.append(purged, new JournalRecord.Purge(new RunRef("1", purged)).toBytes());
            journal.append(kept, batch(kept, 100).toBytes());
            journal.append(purged, batch(purged, 7).toBytes());
        }
        var second = folder.resolve("second");
        copy(first, second);
        for (Path journal : List.of(first, second)) {
            try (var context = service(journal)) {
                assertThat(history(context, purged))
                        .containsExactly(batch(purged, 7).points().getFirst());
                assertThat(history(context, kept)).hasSize(101);
            }
        }
    }

    private static PointBatch batch(String run, int step) {
        return new PointBatch("1", run, List.of(new Point("loss", NOW + step, step, step)));
    }

    private static List<Point> history(ApplicationContext context, String run) {
        return context.getBean(MetricOperations.class)
                .history(new HistoryQuery("1", run, "loss", null, 1_000))
                .points()
                .points();
    }

    private static ApplicationContext service(Path journal) {
        var influx = TemporaryStores.influx();
        return ApplicationContext.builder()
                .propertySources(MetricsDefaults.everywhere())
                .properties(Map.of(
                        "fourfold.influx.url", influx.url(),
                        "fourfold.influx.username", influx.user(),
                        "fourfold.influx.password", influx.password(),
                        "fourfold.influx.database", "replay",
                        "fourfold.metrics.journal-folder", journal.toString()))
                .banner(false)
                .start();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
