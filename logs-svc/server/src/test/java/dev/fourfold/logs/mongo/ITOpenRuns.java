package dev.fourfold.logs.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.line.LineRetention;
import dev.fourfold.logs.line.LineStore;
import dev.fourfold.logs.line.ReceivedLines;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What a writer remembers of a run is of no use once somebody else wrote it: two writers, which take turns. */
class ITOpenRuns {

    private final MongoConfiguration configuration =
            ITMongoLineStore.configuration(TemporaryStores.mongo().url(), Duration.ZERO);
    private final MongoLink link = new MongoLink(configuration);
    private final LineStore one = new MongoLineStore(link, configuration);
    private final LineStore other = new MongoLineStore(link, configuration);
    private final String run = UUID.randomUUID().toString().replace("-", "");

    @AfterEach
    void close() {
        link.close();
    }

    @Test
    void run_writtenBySomebodyElseBetween_hasTheLinesOfBoth() throws Exception {
        var all = new ArrayList<LogLine>();
        for (int i = 0; i < 60; i++) {
            var lines = lines(10L * i, 10);
            (i % 2 == 0 ? one : other).write(received(new LogBatch(run, lines)));
            all.addAll(lines);
        }

        assertThat(search()).isEqualTo(all);
        assertThat(one.count(run)).isEqualTo(600);
    }

    @Test
    void run_purgedBySomebodyElse_hasOnlyWhatCameAfterwards() throws Exception {
        one.write(received(new LogBatch(run, lines(0, 10))));
        other.purge(run);
        one.write(received(new LogBatch(run, lines(10, 10))));

        assertThat(search()).isEqualTo(lines(10, 10));
        assertThat(one.count(run)).isEqualTo(10);
    }

    @Test
    void run_sweptBetween_hasOnlyWhatCameAfterwards() throws Exception {
        one.write(received(new LogBatch(run, lines(0, 300))));
        new MongoLineRetention(link).sweep(run, Instant.EPOCH.plusSeconds(1));
        one.write(received(new LogBatch(run, lines(300, 10))));

        assertThat(search()).isEqualTo(lines(300, 10));
        assertThat(one.count(run)).isEqualTo(10);
    }

    /** A batch that was cut short wrote a bucket which nothing names yet; it comes again, after others. */
    @Test
    void bucketThatNothingNames_isFoundAndNamed() throws Exception {
        one.write(received(new LogBatch(run, lines(0, 10))));
        var cutShort = Bucket.empty(Bucket.idOf(run, lines(256, 1).getFirst()), run, LineRetention.DEFAULT);
        lines(256, 20).forEach(line -> cutShort.add(line, Instant.EPOCH));
        cutShort.putInChunk(0);
        Mono.from(link.collection(LineDocuments.LINES).insertOne(cutShort.toDocument()))
                .block();
        one.write(received(new LogBatch(run, lines(10, 246))));
        one.write(received(new LogBatch(run, lines(256, 20))));

        assertThat(search()).isEqualTo(lines(0, 276));
    }

    /** More runs in turn than are remembered. */
    @Test
    void manyRuns_inTurn_areWhole() throws Exception {
        String text = "x".repeat(2_000);
        var runs = new ArrayList<String>();
        for (int i = 0; i < 120; i++) {
            runs.add(run + "-" + i);
        }
        for (int round = 0; round < 3; round++) {
            var batches = new ArrayList<LogBatch>();
            for (String each : runs) {
                batches.add(new LogBatch(
                        each,
                        LongStream.range(70L * round, 70L * round + 70)
                                .mapToObj(n -> line(n, text))
                                .toList()));
            }
            one.write(received(batches.toArray(LogBatch[]::new)));
        }

        for (String each : runs) {
            assertThat(one.count(each)).isEqualTo(210);
            assertThat(one.search(LogQuery.ofRun(each, 1_000)).ofOneRun()).hasSize(210);
        }
        Document head = Mono.from(link.collection(LineDocuments.INDEX).find(new Document("_id", runs.getFirst())))
                .block();
        assertThat(head).containsEntry(RunIndex.LINES, 210L);
    }

    private static List<ReceivedLines> received(LogBatch... batches) {
        return Arrays.stream(batches)
                .map(batch -> new ReceivedLines(batch, Instant.EPOCH))
                .toList();
    }

    private List<LogLine> search() throws Exception {
        return one.search(LogQuery.ofRun(run, 1_000)).ofOneRun();
    }

    private static List<LogLine> lines(long first, int count) {
        return LongStream.range(first, first + count)
                .mapToObj(n -> line(n, "line " + n))
                .toList();
    }

    private static LogLine line(long n, String message) {
        return new LogLine("w", "stdout", n, n, LogLevel.INFO, message, null, null);
    }
}
