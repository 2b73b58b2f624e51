package dev.fourfold.logs.client;

import dev.fourfold.logs.FoundLine;
import dev.fourfold.logs.LinePosition;
import dev.fourfold.logs.LogOrder;
import dev.fourfold.logs.LogPage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pages of several instances, each of its own runs, as the one page that a single instance would have given. */
final class MergedPage {

    private MergedPage() {}

    /**
     * The first lines of all. A page with a cursor says nothing of what stands behind it, so nothing goes into the merged
     * page that stands behind any page's cursor.
     */
    static LogPage of(List<LogPage> pages, LogOrder order, int limit) {
        Comparator<LinePosition> ordering = LinePosition.in(order);
        @Nullable LinePosition end = null;
        for (LogPage page : pages) {
            LinePosition cursor = LinePosition.fromCursor(page.nextCursor());
            if (cursor != null && (end == null || ordering.compare(cursor, end) < 0)) {
                end = cursor;
            }
        }
        var lines = new ArrayList<FoundLine>();
        pages.forEach(page -> lines.addAll(page.lines()));
        lines.sort(Comparator.comparing(LinePosition::of, ordering));
        if (end != null) {
            LinePosition last = end;
            lines.removeIf(found -> ordering.compare(LinePosition.of(found), last) > 0);
        }
        if (lines.size() > limit) {
            var first = lines.subList(0, limit);
            return new LogPage(first, LinePosition.of(first.getLast()).toCursor());
        }
        return new LogPage(lines, end == null ? null : end.toCursor());
    }
}
