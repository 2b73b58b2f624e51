package dev.fourfold.journal.tail;

import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.contract.live.LiveNews;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What is new in a tail, of chosen runs. What a moment has of a run is put together once for all who choose the same. */
public final class TailedFeed implements LiveFeed {

    private final Tail.Listener listener;
    private final List<String> runIds;
    private final Choice choice;
    private final String end;

    /**
     * What is wanted of records, and in which form: a record, as equal ones get the same bytes. No bytes where nothing is
     * wanted.
     */
    public interface Choice extends Function<List<byte[]>, byte[]> {}

    /** @param end why it ended, when it does: a sentence */
    public TailedFeed(Tail.Listener listener, List<String> runIds, Choice choice, String end) {
        this.listener = listener;
        this.runIds = List.copyOf(runIds);
        this.choice = choice;
        this.end = end;
    }

    @Override
    public List<String> missed() {
        return listener.complete() ? List.of() : runIds;
    }

    @Override
    public String position() {
        return listener.position();
    }

    @Override
    public LiveNews next(Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
            switch (listener.next(left)) {
                case Heard.News news -> {
                    var runs = runs(news);
                    if (!runs.isEmpty()) {
                        return new LiveNews.Fresh(news.position(), runs);
                    }
                }
                case Heard.Quiet quiet -> {
                    return new LiveNews.Quiet(quiet.position());
                }
                case Heard.Behind _ -> {
                    return new LiveNews.Behind();
                }
                case Heard.Ended _ -> {
                    return new LiveNews.Ended(end);
                }
            }
        }
    }

    @Override
    public void close() {
        listener.close();
    }

    private List<LiveNews.RunNews> runs(Heard.News news) {
        var runs = new ArrayList<LiveNews.RunNews>();
        for (String runId : runIds) {
            Records records = news.records().get(runId);
            if (records != null) {
                byte[] bytes = records.as(choice, choice);
                if (bytes.length > 0) {
                    runs.add(new LiveNews.RunNews(news.position(), runId, bytes));
                }
            }
        }
        return runs;
    }
}
