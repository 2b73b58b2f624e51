package dev.fourfold.gateway.v1;

import dev.fourfold.logs.FoundLine;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogOrder;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stored lines of some runs that meet a filter, oldest first: all of them, or the last ones. */
final class LineReplay implements LiveReplay {

    private static final int PAGE_LINES = 2_000;

    private final LogOperations logs;
    private final LogQuery query;
    private @Nullable String cursor;
    private boolean ended;

    private LineReplay(LogOperations logs, LogQuery query) {
        this.logs = logs;
        this.query = query;
    }

    /** All of them, page after page. */
    static LiveReplay all(LogOperations logs, List<String> runIds, LogFilter filter) {
        return new LineReplay(logs, new LogQuery(runIds, filter, LogOrder.OLDEST_FIRST, null, PAGE_LINES, null, null));
    }

    /** The last ones: so many, or as many of them as a page can take. */
    static LiveReplay last(LogOperations logs, List<String> runIds, LogFilter filter, int count) {
        return new LineReplay(logs, new LogQuery(runIds, filter, LogOrder.NEWEST_FIRST, null, count, null, null));
    }

    @Override
    public byte @Nullable [] next() {
        while (!ended) {
            LogPage page = logs.search(query.after(cursor));
            cursor = page.nextCursor();
            boolean last = query.order() == LogOrder.NEWEST_FIRST;
            // A search that took long may have found none yet.
            ended = cursor == null || (last && !page.lines().isEmpty());
            if (!page.lines().isEmpty()) {
                return events(last ? page.lines().reversed() : page.lines());
            }
        }
        return null;
    }

    private static byte[] events(List<FoundLine> found) {
        Map<String, List<LogLine>> runs = new LinkedHashMap<>();
        for (FoundLine one : found) {
            runs.computeIfAbsent(one.runId(), _ -> new ArrayList<>()).add(one.line());
        }
        var events = new ByteArrayOutputStream();
        runs.forEach((runId, lines) -> events.writeBytes(LogLiveController.event("replay", runId, lines)));
        return events.toByteArray();
    }
}
