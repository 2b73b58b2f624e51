package dev.fourfold.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Prints how many records a second the journal takes and how long an append waits, draining meanwhile or not, and what a
 * backlog costs in memory and in time to open and to drain. Arguments: payload bytes, threads, seconds, backlog records.
 */
final class JournalRate {
    private JournalRate() {}

    public static void main(String[] args) throws Exception {
        var payloadBytes = args.length > 0 ? Integer.parseInt(args[0]) : 300;
        var threads = args.length > 1 ? Integer.parseInt(args[1]) : 16;
        var seconds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        var backlog = args.length > 3 ? Integer.parseInt(args[3]) : 1_000_000;
        for (int round = 0; round < 2; round++) {
            appends(payloadBytes, threads, seconds, true);
            appends(payloadBytes, threads, seconds, false);
        }
        if (backlog > 0) {
            backlog(payloadBytes, backlog);
        }
    }

    private static void appends(int payloadBytes, int threads, int seconds, boolean draining) throws Exception {
        var folder = Files.createTempDirectory("journal-rate");
        var latencies = new long[20_000_000 / 4];
        var count = new AtomicLong();
        long nanos;
        long fileBytes;
        long depth;
        try (var journal = Journal.open(JournalSettings.of("rate", folder).withMaxBytes(8L << 30))) {
            if (draining) {
                journal.drainTo(batch -> {});
            }
            var start = System.nanoTime();
            var end = start + Duration.ofSeconds(seconds).toNanos();
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int t = 0; t < threads; t++) {
                    var key = "0123456789abcdef0123456789abcd" + t;
                    executor.execute(() -> {
                        var payload = new byte[payloadBytes];
                        while (System.nanoTime() < end) {
                            var before = System.nanoTime();
                            journal.append(key, payload);
                            latencies[(int) count.getAndIncrement()] = System.nanoTime() - before;
                        }
                    });
                }
            }
            nanos = System.nanoTime() - start;
            fileBytes = journal.fileBytes();
            depth = journal.depthRecords();
        }
        var n = count.intValue();
        Arrays.sort(latencies, 0, n);
        System.out.printf(
                Locale.ROOT,
                "%d B, %d threads, %s: %,d records/s, p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, max %.1f ms; left %,d; file %,d MB for %,d MB%n",
                payloadBytes,
                threads,
                draining ? "draining" : "not draining",
                n * 1_000_000_000L / nanos,
                latencies[n / 2] / 1e6,
                latencies[(int) (n * 0.99)] / 1e6,
                latencies[(int) (n * 0.999)] / 1e6,
                latencies[n - 1] / 1e6,
                depth,
                fileBytes >> 20,
                ((long) n * payloadBytes) >> 20);
        delete(folder);
    }

    private static void backlog(int payloadBytes, int records) throws Exception {
        var folder = Files.createTempDirectory("journal-rate");
        var settings = JournalSettings.of("backlog", folder).withMaxBytes(8L << 30);
        var idle = usedBytes();
        var journal = Journal.open(settings);
        var permits = new Semaphore(2_000);
        var start = System.nanoTime();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < records; i++) {
                var key = "0123456789abcdef0123456789abc" + (i % 500);
                permits.acquire();
                executor.execute(() -> {
                    journal.append(key, new byte[payloadBytes]);
                    permits.release();
                });
            }
        }
        var filled = System.nanoTime() - start;
        var used = usedBytes() - idle;
        var file = journal.fileBytes();
        journal.close();
        start = System.nanoTime();
        var reopened = Journal.open(settings);
        var opened = System.nanoTime() - start;
        var usedAfter = usedBytes() - idle;
        start = System.nanoTime();
        reopened.drainTo(batch -> {});
        Eventually.becomes("drained", () -> reopened.depthRecords() == 0);
        var drained = System.nanoTime() - start;
        Eventually.becomes("trimmed", () -> reopened.heldBytes() == 0);
        var trimmed = System.nanoTime() - start;
        System.out.printf(
                Locale.ROOT,
                "backlog of %,d: filled in %.1f s (2,000 callers), heap %.1f B a record (%.1f after opening again), file %,d MB; "
                        + "opened in %.2f s, read in %.2f s, trimmed in %.2f s, file then %,d MB%n",
                records,
                filled / 1e9,
                (double) used / records,
                (double) usedAfter / records,
                file >> 20,
                opened / 1e9,
                drained / 1e9,
                trimmed / 1e9,
                reopened.fileBytes() >> 20);
        reopened.close();
        delete(folder);
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static void delete(Path folder) throws Exception {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
