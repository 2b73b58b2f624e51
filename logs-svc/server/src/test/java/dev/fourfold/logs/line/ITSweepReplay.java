package dev.fourfold.logs.line;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.journal.Journal;
import dev.fourfold.journal.JournalSettings;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.SweptLines;
import io.micronaut.context.ApplicationContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sweep through the journal: what it removed stays removed, whatever is replayed. */
final class ITSweepReplay {

    @TempDir
    private Path folder;

    private final String name = "c" + UUID.randomUUID().toString().substring(0, 8);
    private final String swept = UUID.randomUUID().toString();
    private final String young = UUID.randomUUID().toString();
    private final String other = UUID.randomUUID().toString();

    @Test
    void round_removesWhatIsOld_ofItsClassAlone() throws Exception {
        try (var context = service(folder.resolve("a"))) {
            var logs = context.getBean(LogOperations.class);
            assertThat(logs.retentionClasses()).containsExactlyInAnyOrder(name, "ever");
            logs.append(batch(swept, 0, name));
            logs.append(batch(other, 0, "ever"));
            var sweeper = context.getBean(LineSweeper.class);
            sweeper.round(Instant.now());
            assertThat(lines(context, swept)).hasSize(1);

            sweeper.round(Instant.now().plus(Duration.ofHours(3)));
            assertThat(lines(context, swept)).isEmpty();
            assertThat(lines(context, other)).hasSize(1);
            assertThat(logs.swept()).singleElement().satisfies(one -> {
                assertThat(one)
                        .extracting(SweptLines::runs, SweptLines::buckets, SweptLines::lines)
                        .containsExactly(1L, 1L, 1L);
                assertThat(one.lastMillis()).isGreaterThan(Instant.now().toEpochMilli());
            });
        }
    }

    /** A journal with a sweep in it that is drained twice, as after a crash before anything was trimmed. */
    @Test
    void replay_revivesNothingThatWasSwept() throws Exception {
        var first = folder.resolve("first");
        try (var journal = Journal.open(JournalSettings.of("logs", first))) {
            for (int i = 0; i < 100; i++) {
                journal.append(swept, batch(swept, i, name).toBytes());
                journal.append(young, batch(young, i, name).toBytes());
            }
            Thread.sleep(2); // The sweep takes what was received in an earlier millisecond.
            var now = Instant.now();
            journal.append(swept, new JournalRecord.Sweep(swept, now).toBytes());
            journal.append(swept, batch(swept, 700, name).toBytes());
        }
        var second = folder.resolve("second");
        copy(first, second);
        for (Path journal : List.of(first, second)) {
            try (var context = service(journal)) {
                assertThat(lines(context, swept))
                        .containsExactlyElementsOf(batch(swept, 700, name).lines());
                assertThat(lines(context, young)).hasSize(100);
            }
        }
    }

    private static LogBatch batch(String run, int i, String retentionClass) {
        var line = new LogLine("w", "stdout", i, i, LogLevel.INFO, "line " + i, null, null);
        return new LogBatch(run, List.of(line), retentionClass);
    }

    private static List<LogLine> lines(ApplicationContext context, String run) {
        return context.getBean(LogOperations.class)
                .search(LogQuery.ofRun(run, 1_000))
                .ofOneRun();
    }

    private ApplicationContext service(Path journal) {
        return ApplicationContext.run(Map.of(
                "fourfold.mongo.url",
                TemporaryStores.mongo().url(),
                "fourfold.mongo.durability-lag",
                "0s",
                "fourfold.logs.classes." + name + ".retention",
                "2h",
                "fourfold.logs.classes.ever.retention",
                "0",
                "fourfold.logs.journal-folder",
                journal.toString()));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
