package dev.fourfold.standalone.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.standalone.LaunchedPlatform;
import dev.fourfold.standalone.crash.Checker.Violation;
import dev.fourfold.standalone.crash.Write.Form;
import dev.fourfold.standalone.crash.Write.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every process of the platform is killed with -9 at random moments and at the journal's failpoints while eight writers
 * write. Then everything is read back. {@code -Dcrash.seed} repeats a run's choices, {@code -Dcrash.kills} makes it
 * longer.
 */
final class ITCrashes {

    private static final int WRITERS = 8;
    private static final int KILLS = 30;
    private static final Duration RECOVERY_LIMIT =
            Duration.ofSeconds(Integer.getInteger("crash.recovery-seconds", 120));
    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MOST_AT_A_TIME = 3;
    private static final int MOST_PAUSE_MILLIS = 1500;
    private static final Pattern ENDED =
            Pattern.compile("event=service-restarted service=(metrics-svc|logs-svc) status=(\\d+)");
    /** What the exit status is after kill -9 and after a failpoint. */
    private static final String KILLED = "137";

    /** Where the journals of metrics-svc and logs-svc halt, and at which time of getting there. */
    private record Point(String name, int metrics, int logs) {}

    private static final List<Point> POINTS = List.of(
            new Point("before-append", 400, 150),
            new Point("after-append", 400, 150),
            new Point("after-apply", 60, 20));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final long seed = Long.getLong("crash.seed", System.currentTimeMillis());
    private final Random random = new Random(seed);
    private final Map<String, Integer> kills = new HashMap<>();
    private final List<String> timeline = new ArrayList<>();
    private Duration slowest = Duration.ZERO;
    private String slowestAfter = "nothing";
    private Path data = Path.of("");
    private @Nullable LaunchedPlatform platform;

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void everyAcknowledgedWrite_isThereOnceAfterTheStorm() throws Exception {
        int wanted = Integer.getInteger("crash.kills", KILLS);
        say("seed %d, %d kills", seed, wanted);
        data = folder.toRealPath().resolve("data");
        Deque<Victim> victims = victims(wanted);
        var stop = new CountDownLatch(1);
        List<Writer> writers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        try (var gateway = new Gateway(start(POINTS.getFirst()).url())) {
            String experiment = gateway.experiment("crash");
            String probe = gateway.run(experiment);
            for (int id = 0; id < WRITERS; id++) {
                writers.add(new Writer(id, seed, gateway.run(experiment), gateway, stop));
            }
            writers.forEach(writer -> threads.add(Thread.ofVirtual().start(writer)));
            for (int leg = 0; leg < POINTS.size(); leg++) {
                if (leg > 0) {
                    killEverything();
                    gateway.movedTo(start(POINTS.get(leg)).url());
                }
                storm(victims, wanted * (POINTS.size() - 1 - leg) / POINTS.size(), gateway, probe, POINTS.get(leg));
            }
            // The last start has no failpoints: what is to be read waits in journals and stores.
            killEverything();
            gateway.movedTo(start(null).url());
            awaitRecovery(gateway, probe, "the last start");
            stop.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            report(writers);
            assertThat(violations(writers, gateway))
                    .as("seed %d; kills:%n%s", seed, String.join("\n", timeline))
                    .isEmpty();
            assertThat(writers.stream()
                            .flatMap(writer -> writer.writes().stream())
                            .filter(write -> write.outcome() == Outcome.FAILED))
                    .as("refused, although nothing was wrong with them")
                    .isEmpty();
        } finally {
            stop.countDown();
            LaunchedPlatform last = platform;
            if (last != null && last.process().isAlive()) {
                last.close();
            }
            endAll();
        }
    }

    private LaunchedPlatform start(@Nullable Point point) throws IOException, InterruptedException {
        List<String> options = point == null
                ? List.of()
                : List.of(
                        "-Dfourfold.failpoint.metrics-svc=journal." + point.name() + ":" + point.metrics(),
                        "-Dfourfold.failpoint.logs-svc=journal." + point.name() + ":" + point.logs());
        Instant began = Instant.now();
        LaunchedPlatform started =
                LaunchedPlatform.up(Map.of(), options, data, "--separate", "--service-ports", "0", "--port", "0");
        say(
                "up with %s after %d ms",
                point == null ? "no failpoint" : point.name(),
                Duration.between(began, Instant.now()).toMillis());
        platform = started;
        return started;
    }

    /** As often as wanted, each kind as often as the others, in an order of the seed. */
    private Deque<Victim> victims(int wanted) {
        Deque<Victim> all = new ArrayDeque<>();
        while (all.size() < wanted) {
            List<Victim> round = new ArrayList<>(List.of(Victim.values()));
            Collections.shuffle(round, random);
            all.addAll(round);
        }
        while (all.size() > wanted) {
            all.removeLast();
        }
        return all;
    }

    /** Kills until so many victims are left and the failpoint was reached in both services. */
    private void storm(Deque<Victim> victims, int left, Gateway gateway, String probe, Point point)
            throws IOException, InterruptedException {
        awaitRecovery(gateway, probe, "start");
        Map<Victim, Integer> ours = new EnumMap<>(Victim.class);
        while (victims.size() > left) {
            Map<Victim, Long> killed = new EnumMap<>(Victim.class);
            int together = 1 + random.nextInt(MOST_AT_A_TIME);
            for (int i = 0; i < together && victims.size() > left; i++) {
                Thread.sleep(random.nextInt(MOST_PAUSE_MILLIS));
                Victim victim = victims.removeFirst();
                ProcessHandle process = await(victim);
                Victim.kill(process);
                ours.merge(victim, 1, Integer::sum);
                count(victim.folder());
                killed.put(victim, process.pid());
            }
            Instant since = Instant.now();
            for (var one : killed.entrySet()) {
                awaitOther(one.getKey(), one.getValue());
            }
            Duration took = awaitRecovery(gateway, probe, killed.keySet().toString(), since);
            say("%s killed, recovered after %d ms", killed.keySet(), took.toMillis());
        }
        for (Victim victim : List.of(Victim.METRICS, Victim.LOGS)) {
            awaitFailpoint(victim, ours.getOrDefault(victim, 0), point);
        }
    }

    private void count(String kind) {
        kills.merge(kind, 1, Integer::sum);
        timeline.add(Instant.now() + " " + kind);
    }

    /** The launcher and all that it started, as when the machine goes down. */
    private void killEverything() throws IOException {
        Victim.kill(Objects.requireNonNull(platform).process().toHandle());
        endAll();
        count("everything at once");
    }

    private ProcessHandle await(Victim victim) throws IOException, InterruptedException {
        return awaitOther(victim, -1);
    }

    private ProcessHandle awaitOther(Victim victim, long than) throws IOException, InterruptedException {
        Instant limit = Instant.now().plus(RECOVERY_LIMIT);
        while (true) {
            var process = victim.process(data).filter(found -> found.pid() != than);
            if (process.isPresent()) {
                return process.get();
            }
            assertThat(Instant.now())
                    .as("%s lives again; seed %d", victim, seed)
                    .isBefore(limit);
            Thread.sleep(POLL);
        }
    }

    private void awaitRecovery(Gateway gateway, String probe, String after) throws IOException, InterruptedException {
        awaitRecovery(gateway, probe, after, Instant.now());
    }

    /** Until every store and service says it is well and every form of write is taken. */
    private Duration awaitRecovery(Gateway gateway, String probe, String after, Instant since)
            throws IOException, InterruptedException {
        Instant limit = Instant.now().plus(RECOVERY_LIMIT);
        String wrong = wrong(gateway, probe);
        while (!wrong.isEmpty()) {
            assertThat(Instant.now())
                    .as("recovered after %s; seed %d; %s", after, seed, wrong)
                    .isBefore(limit);
            Thread.sleep(POLL);
            wrong = wrong(gateway, probe);
        }
        Duration took = Duration.between(since, Instant.now());
        if (took.compareTo(slowest) > 0) {
            slowest = took;
            slowestAfter = after;
        }
        return took;
    }

    private static String wrong(Gateway gateway, String probe) throws InterruptedException {
        var health = gateway.get("/api/v1/health");
        if (health.outcome() != Outcome.OK || !health.body().contains("\"status\":\"up\"")) {
            return health.toString();
        }
        for (Form form : Form.values()) {
            var answer = gateway.post(form.path(probe), form.body(probe, WRITERS, 1));
            if (answer.outcome() != Outcome.OK) {
                return form + ": " + answer;
            }
        }
        return "";
    }

    /** A service that ended more often than it was killed from here has reached its failpoint. */
    private void awaitFailpoint(Victim victim, int ours, Point point) throws IOException, InterruptedException {
        Instant limit = Instant.now().plus(RECOVERY_LIMIT);
        int reached;
        do {
            assertThat(Instant.now())
                    .as("%s reached %s; seed %d", victim, point.name(), seed)
                    .isBefore(limit);
            Thread.sleep(POLL);
            reached = restarts(victim) - ours;
        } while (reached < 1);
        kills.merge(victim.folder() + " at " + point.name(), reached, Integer::sum);
        timeline.add(Instant.now() + " " + victim.folder() + " had halted " + reached + " times at " + point.name());
    }

    private int restarts(Victim victim) throws IOException {
        LaunchedPlatform running = Objects.requireNonNull(platform);
        Matcher line = ENDED.matcher(running.printed());
        int count = 0;
        while (line.find()) {
            assertThat(line.group(2)).as(line.group()).isEqualTo(KILLED);
            if (line.group(1).equals(victim.folder())) {
                count++;
            }
        }
        return count;
    }

    private static List<Violation> violations(List<Writer> writers, Gateway gateway)
            throws IOException, InterruptedException {
        List<Violation> all = new ArrayList<>();
        for (Writer writer : writers) {
            all.addAll(Checker.violations(writer.writes(), gateway.read(writer.target())));
        }
        return all;
    }

    private void report(List<Writer> writers) {
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        int repeated = 0;
        for (Writer writer : writers) {
            for (Write write : writer.writes()) {
                outcomes.merge(write.outcome(), 1, Integer::sum);
                repeated += write.attempts() > 1 ? 1 : 0;
            }
        }
        say("seed %d", seed);
        say("kills: %s", kills);
        say("writes: %s, %d of them sent more than once", outcomes, repeated);
        say("slowest recovery: %d ms after %s", slowest.toMillis(), slowestAfter);
    }

    /** Kills what no launcher looks after any more. */
    private void endAll() throws IOException {
        for (Victim victim : Victim.values()) {
            victim.process(data).ifPresent(Victim::kill);
        }
    }

    private static void say(String format, Object... arguments) {
        System.out.println("[crashes] " + String.format(format, arguments));
    }
}
