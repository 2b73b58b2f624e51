package dev.fourfold.standalone.metrics;

import dev.fourfold.metrics.move.Engine;
import dev.fourfold.standalone.CommandFailure;
import io.micronaut.json.tree.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fourfold metrics move}: tells a running platform to move its points, and shows how far that is. */
@Command(
        name = "move",
        description = {
            "Moves all metric points from one store to the other while the platform is used. A running platform does the"
                    + " work; this command starts it, shows how far it is and decides what comes next. It may be stopped"
                    + " and called again at any time.",
            "",
            "The steps: (1) both stores run, (2) new points go to both, (3) what is there is copied, (4) both are compared"
                    + " run by run, (5) reads ask the new store, for as long as you watch, (6) --switch-writes: new points"
                    + " go to the new store alone, (7) --retire: the old one is no longer used. Up to --retire, --abort"
                    + " leads back without loss.",
            ""
        },
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:reads ask the new store, or what was asked for is done",
            "1:it cannot be done, or the platform does not answer",
            "2:wrong usage",
            "3:the stores differ: see the list, then --mend or --abort",
            "4:the move is paused or was aborted"
        })
public final class MoveCommand implements Callable<Integer> {

    private static final int DIFFERENT = 3;
    private static final int STOPPED = 4;
    private static final Duration POLL = Duration.ofSeconds(1);

    @Option(names = "--from", paramLabel = "STORE", description = "The store that points are in: postgres or influxdb.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "STORE", description = "The store to move them to: influxdb or postgres.")
    private @Nullable String to;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${FOURFOLD_URL:-http://127.0.0.1:5000}",
            description = "The platform's gateway. Default: $FOURFOLD_URL, else http://127.0.0.1:5000. Signs in as an"
                    + " administrator with $MLFLOW_TRACKING_TOKEN, or $MLFLOW_TRACKING_USERNAME and"
                    + " $MLFLOW_TRACKING_PASSWORD.")
    private String url = "";

    @Option(names = "--no-wait", description = "Start the move and do not stay to show how far it is.")
    private boolean noWait;

    @ArgGroup
    private @Nullable Decision decision;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What can be asked for besides starting. */
    private static final class Decision {

        @Option(names = "--status", description = "Show how far the last move is.")
        private boolean status;

        @Option(names = "--pause", description = "Stop copying and comparing; new points still go to both stores.")
        private boolean pause;

        @Option(names = "--resume", description = "Go on after --pause.")
        private boolean resume;

        @Option(
                names = "--mend",
                description = "Copy the runs that differ again, from the old store, and compare them again.")
        private boolean mend;

        @Option(
                names = "--abort",
                description =
                        "Back to the old store. After --switch-writes that is a move of its own, which copies what"
                                + " the old store lacks.")
        private boolean abort;

        @Option(names = "--switch-writes", description = "New points go to the new store alone.")
        private boolean switchWrites;

        @Option(names = "--retire", description = "The move is over; the old store keeps what it has. No way back.")
        private boolean retire;

        @Option(
                names = "--retire-and-delete",
                description = "The move is over, and every point of the old store is deleted. No way back.")
        private boolean retireAndDelete;

        private String action() {
            return pause
                    ? "pause"
                    : resume
                            ? "resume"
                            : mend
                                    ? "mend"
                                    : abort
                                            ? "abort"
                                            : switchWrites ? "switch-writes" : retire ? "retire" : "retire-and-delete";
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        var platform = new MovePlatform(url);
        Decision asked = decision;
        PrintWriter out = spec.commandLine().getOut();
        if (asked == null) {
            if (from == null || to == null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "Name both --from and --to, or one of --status, --pause, --resume, --mend,"
                                + " --abort, --switch-writes, --retire, --retire-and-delete");
            }
            JsonNode status = platform.start(store(from), store(to));
            return noWait ? show(out, status, status) : follow(platform, out, status);
        }
        if (asked.status) {
            JsonNode status = platform.status();
            return show(out, status, status);
        }
        JsonNode status = platform.act(asked.action());
        boolean works = asked.resume || asked.mend || asked.retireAndDelete;
        return works && !noWait ? follow(platform, out, status) : done(out, status);
    }

    private static int done(PrintWriter out, JsonNode status) {
        out.println(MoveText.lines(status));
        out.flush();
        return 0;
    }

    private static int show(PrintWriter out, JsonNode status, JsonNode before) {
        out.println(MoveText.lines(status));
        out.flush();
        return exitCode(status, before);
    }

    /** Until there is something to decide. */
    private static int follow(MovePlatform platform, PrintWriter out, JsonNode first) throws InterruptedException {
        JsonNode before = first;
        String told = "";
        long toldNanos = System.nanoTime();
        while (MoveText.isWorking(before)) {
            Thread.sleep(POLL);
            JsonNode now = platform.statusOrNull();
            if (now == null) {
                out.println("The platform does not answer; the move goes on when it is back.");
                out.flush();
                continue;
            }
            long nanos = System.nanoTime();
            String line = MoveText.progress(before, now, Duration.ofNanos(nanos - toldNanos));
            if (!line.equals(told)) {
                out.println(line);
                out.flush();
                told = line;
            }
            before = now;
            toldNanos = nanos;
        }
        return show(out, before, before);
    }

    private static int exitCode(JsonNode status, JsonNode before) {
        String phase = MoveText.phase(status);
        boolean paused = MoveText.isPaused(before);
        return switch (phase) {
            case "different" -> DIFFERENT;
            case "aborted" -> STOPPED;
            default -> paused ? STOPPED : 0;
        };
    }

    private static String store(String name) {
        return Engine.of(name)
                .map(Engine::text)
                .orElseThrow(() -> new CommandFailure("A store is postgres or influxdb, not '" + name + "'."));
    }
}
