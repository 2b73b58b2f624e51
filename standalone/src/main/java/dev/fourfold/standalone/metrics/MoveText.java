package dev.fourfold.standalone.metrics;

import io.micronaut.json.tree.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A move for people to read. */
final class MoveText {

    private MoveText() {}

    static String phase(JsonNode status) {
        JsonNode move = move(status);
        return move.isObject() ? text(move, "phase") : "none";
    }

    static boolean isPaused(JsonNode status) {
        JsonNode paused = move(status).get("paused");
        return paused != null && paused.getBooleanValue();
    }

    /** Whether something goes on that ends by itself. */
    static boolean isWorking(JsonNode status) {
        return switch (phase(status)) {
            case "copying", "comparing" -> !isPaused(status);
            case "retiring" -> true;
            default -> false;
        };
    }

    /** One line of how far it is, with the rate since the one before. */
    static String progress(JsonNode before, JsonNode now, Duration between) {
        JsonNode move = move(now);
        String problem = move.get("problem") != null && move.get("problem").isString()
                ? "; waits: " + text(move, "problem")
                : "";
        return switch (phase(now)) {
            case "copying" ->
                String.format(
                        Locale.ROOT,
                        "3/7 copying: %d of %d runs, %d points%s%s",
                        number(move, "runs_copied"),
                        number(move, "runs"),
                        number(move, "points_copied"),
                        rate(move(before), move, "points_copied", between),
                        problem);
            case "comparing" ->
                String.format(
                        Locale.ROOT,
                        "4/7 comparing: %d of %d runs, %d points%s%s",
                        number(move, "runs_equal") + number(move, "runs_different"),
                        number(move, "runs"),
                        number(move, "points_compared"),
                        rate(move(before), move, "points_compared", between),
                        problem);
            default -> number(move, "step") + "/7 " + phase(now) + problem;
        };
    }

    /** All there is to say, and what can be done next. */
    static String lines(JsonNode status) {
        var lines = new ArrayList<String>();
        JsonNode move = move(status);
        var writes = new ArrayList<String>();
        status.get("writes").values().forEach(store -> writes.add(store.getStringValue()));
        lines.add("Reads ask " + text(status, "reads") + "; new points go to " + String.join(" and ", writes) + ".");
        if (!move.isObject()) {
            lines.add("There was no move yet.");
            return String.join(System.lineSeparator(), lines);
        }
        lines.add("Move " + number(move, "id") + " from " + text(move, "from") + " to " + text(move, "to") + ": "
                + progress(status, status, Duration.ZERO) + (isPaused(status) ? ", paused" : ""));
        lines.add("  runs " + number(move, "runs") + ", copied " + number(move, "runs_copied") + ", equal "
                + number(move, "runs_equal") + ", different " + number(move, "runs_different") + "; points copied "
                + number(move, "points_copied") + ", compared " + number(move, "points_compared"));
        for (JsonNode run : move.get("differences").values()) {
            lines.add("  run " + text(run, "run_id") + " of experiment " + text(run, "experiment_id") + ": "
                    + number(run, "points_from") + " points with checksum " + text(run, "checksum_from") + " in "
                    + text(move, "from") + ", " + number(run, "points_to") + " with " + text(run, "checksum_to")
                    + " in "
                    + text(move, "to"));
            lines.add("    first at metric '" + text(run, "key") + "', timestamp " + number(run, "timestamp")
                    + ", step "
                    + number(run, "step") + ": the value " + text(run, "value") + " is in " + text(run, "only_in")
                    + " only");
        }
        lines.addAll(next(status));
        return String.join(System.lineSeparator(), lines);
    }

    private static List<String> next(JsonNode status) {
        return switch (phase(status)) {
            case "copying", "comparing" ->
                isPaused(status) ? List.of("Go on with --resume, or give up with --abort.") : List.of();
            case "different" -> List.of("Copy these runs again with --mend, or give up with --abort.");
            case "watching" ->
                List.of("Watch for as long as you like. Then --switch-writes and --retire; or back with --abort.");
            case "settled" ->
                List.of(
                        "End it with --retire or --retire-and-delete; or go back with --abort, which copies what the old"
                                + " store lacks by now.");
            default -> List.of();
        };
    }

    private static String rate(JsonNode before, JsonNode now, String field, Duration between) {
        if (!between.isPositive() || !before.isObject()) {
            return "";
        }
        long more = number(now, field) - number(before, field);
        return more < 0 ? "" : String.format(Locale.ROOT, " (%d/s)", more * 1_000 / Math.max(1, between.toMillis()));
    }

    private static JsonNode move(JsonNode status) {
        JsonNode move = status.get("move");
        return move == null ? JsonNode.nullNode() : move;
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null ? "" : value.coerceStringValue();
    }

    private static long number(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || !value.isNumber() ? 0 : value.getLongValue();
    }
}
