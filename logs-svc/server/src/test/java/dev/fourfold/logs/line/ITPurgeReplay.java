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

    @TempDir
    private Path folder;

    @Test
    void replay_revivesNothingThatWasPurged() throws Exception {
        var purged = UUID.randomUUID().toString();
        var kept = UUID.randomUUID().toString();
        var first = folder.resolve("first");
        try (var journal = Journal.open(JournalSettings.of("logs", first))) {
            for (int i = 0; i < 100; i++) {
                for (String run : List.of(purged, kept)) {
                    journal.append(run, batch(run, i).toBytes());
                }
            }
            journal.append(purged, new JournalRecord.Purge(purged).toBytes());
            journal.append(kept, batch(kept, 100).toBytes());
            journal.append(purged, batch(purged, 7).toBytes());
        }
        var second = folder.resolve("second");
        copy(first, second);
        for (Path journal : List.of(first, second)) {
            try (var context = service(journal)) {
                assertThat(lines(context, purged))
                        .containsExactly(batch(purged, 7).lines().getFirst());
                assertThat(lines(context, kept)).hasSize(101);
            }
        }
    }

    private static LogBatch batch(String run, int i) {
        return new LogBatch(run, List.of(new LogLine("w", "stdout", i, i, LogLevel.INFO, "line " + i, null, null)));
    }

    private static List<LogLine> lines(ApplicationContext context, String run) {
        return context.getBean(LogOperations.class)
                .search(LogQuery.ofRun(run, 1_000))
                .ofOneRun();
    }

    private static ApplicationContext service(Path journal) {
        return ApplicationContext.run(Map.of(
                "fourfold.mongo.url",
                TemporaryStores.mongo().url(),
                "fourfold.mongo.durability-lag",
                "0s",
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
