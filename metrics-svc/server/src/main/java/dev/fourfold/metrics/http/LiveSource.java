package dev.fourfold.metrics.http;

import dev.fourfold.contract.http.PulledBody;
import dev.fourfold.metrics.LiveFrames;
import dev.fourfold.metrics.LiveNews;
import dev.fourfold.metrics.LivePoints;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Live points as frames; something is said every few seconds, so that the other side knows that this one is there. */
final class LiveSource implements PulledBody.Source {

    /** A reader that takes nothing for so long is given up. */
    static final Duration STALL_LIMIT = Duration.ofSeconds(60);

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final LivePoints points;
    private boolean begun;
    private boolean ended;

    LiveSource(LivePoints points) {
        this.points = points;
    }

    @Override
    public byte @Nullable [] next() throws InterruptedException {
        if (!begun) {
            begun = true;
            return LiveFrames.toBytes(new LiveFrames.Begin(points.position(), points.missed()));
        }
        if (ended) {
            return null;
        }
        LiveNews news = points.next(HEARTBEAT);
        ended = news instanceof LiveNews.Behind || news instanceof LiveNews.Ended;
        return LiveFrames.toBytes(news);
    }

    @Override
    public void close() {
        points.close();
    }
}
