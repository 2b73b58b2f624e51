package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.logs.FoundLine;
import dev.fourfold.logs.LiveLogQuery;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogExtent;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.PurgedLines;
import dev.fourfold.logs.SweptLines;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lines in a map under their identity; a cursor is an offset; keeps the last query. */
@Singleton
public final class FakeLogs implements LogOperations {

    private final Map<String, LogLine> lines = new LinkedHashMap<>();
    private volatile @Nullable LogQuery lastQuery;
    private volatile @Nullable LiveLogQuery lastLiveQuery;
    private volatile @Nullable LiveFeed nextLive;
    private volatile @Nullable LogCountQuery lastCount;

    /** The query that was asked last. */
    public @Nullable LogQuery lastQuery() {
        return lastQuery;
    }

    /** The count that was asked for last. */
    public @Nullable LogCountQuery lastCount() {
        return lastCount;
    }

    /** Every line that is kept. */
    public synchronized List<LogLine> lines() {
        return List.copyOf(lines.values());
    }

    /** Every line of a run. */
    public synchronized List<LogLine> linesOf(String runId) {
        return lines.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(runId + "|"))
                .map(Map.Entry::getValue)
                .toList();
    }

    @Override
    public synchronized void append(LogBatch batch) {
        batch.lines()
                .forEach(line -> lines.putIfAbsent(
                        String.join("|", batch.runId(), line.writer(), line.stream(), "" + line.sequence()), line));
    }

    @Override
    public synchronized LogPage search(LogQuery query) {
        lastQuery = query;
        List<FoundLine> found = lines.entrySet().stream()
                .map(entry ->
                        new FoundLine(entry.getKey().substring(0, entry.getKey().indexOf('|')), entry.getValue()))
                .filter(line -> query.runIds().contains(line.runId()))
                .toList();
        int from = query.cursor() == null ? 0 : Integer.parseInt(query.cursor());
        int to = Math.min(found.size(), from + query.limit());
        return new LogPage(found.subList(from, to), to < found.size() ? Integer.toString(to) : null);
    }

    @Override
    public synchronized List<LogCount> counts(LogCountQuery query) {
        lastCount = query;
        return List.of(new LogCount(query.fromNanos(), null, null, LogLevel.INFO, lines.size()));
    }

    @Override
    public synchronized List<LogExtent> extents(List<String> runIds) {
        return lines.isEmpty()
                ? List.of()
                : List.of(new LogExtent(
                        runIds.getFirst(),
                        lines.values().stream()
                                .mapToLong(LogLine::timeNanos)
                                .min()
                                .orElseThrow(),
                        lines.values().stream()
                                .mapToLong(LogLine::timeNanos)
                                .max()
                                .orElseThrow(),
                        lines.size(),
                        1));
    }

    @Override
    public synchronized PurgedLines purge(String runId) {
        int before = lines.size();
        lines.keySet().removeIf(key -> key.startsWith(runId + "|"));
        return new PurgedLines(runId, before - lines.size());
    }

    @Override
    public LiveFeed live(LiveLogQuery query) {
        lastLiveQuery = query;
        LiveFeed next = nextLive;
        if (next == null) {
            throw new Problem.LimitExceeded("Nobody may listen", Duration.ofSeconds(3)).toException();
        }
        return next;
    }

    /** What the next listener gets; null for a refusal. */
    public void nextLive(@Nullable LiveFeed feed) {
        nextLive = feed;
    }

    /** What was listened to last. */
    public @Nullable LiveLogQuery lastLiveQuery() {
        return lastLiveQuery;
    }

    @Override
    public List<String> retentionClasses() {
        return List.of("default", "lines");
    }

    @Override
    public List<SweptLines> swept() {
        return List.of(new SweptLines("1/1", false, 1, 2, 300, 4L));
    }

    @Override
    public List<JournalStatus> journals() {
        return List.of(new JournalStatus("logs-svc", "1/1", true, 0, 0, 0, 0, 4096, null));
    }
}
