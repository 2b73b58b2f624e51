package dev.fourfold.journal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A process of its own that appends until it is killed and says what it did: {@code ack <sequence> <key> <n>} for every
 * append that returned, {@code applied <sequence>} for every record that its store took, {@code failed <reason>} for the
 * first append that failed. Arguments: folder, writers, whether to drain.
 */
final class JournalProcess {
    private JournalProcess() {}

    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var settings = JournalSettings.of("process", Path.of(args[0]))
                .withFailpoint(Failpoint.fromSystemProperty("process"))
                .withLimits(Duration.ofSeconds(10), Duration.ofSeconds(1));
        var journal = Journal.open(settings);
        out.println("open");
        if (Boolean.parseBoolean(args[2])) {
            journal.drainTo(batch -> batch.forEach(entry -> out.println("applied " + entry.sequence())));
        }
        var failed = new CountDownLatch(1);
        for (int w = 0; w < Integer.parseInt(args[1]); w++) {
            var key = "run-" + w;
            Thread.ofVirtual().start(() -> {
                try {
                    for (int n = 0; ; n++) {
                        var appended = journal.append(key, payload(key, n));
                        out.println("ack " + appended.sequence() + " " + key + " " + n);
                    }
                } catch (JournalException.Failed e) {
                    out.println("failed " + e.getMessage());
                    failed.countDown();
                }
            });
        }
        failed.await();
        journal.close();
    }

    static byte[] payload(String key, int n) {
        return (key + " " + n + " " + "x".repeat(n % 700)).getBytes(StandardCharsets.UTF_8);
    }
}
