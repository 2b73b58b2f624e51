package dev.fourfold.contract.live;

import dev.fourfold.contract.http.PulledBody;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** A feed as frames; something is said every few seconds, so that the other side knows that this one is there. */
public final class LiveSource implements PulledBody.Source {

    /** A reader that takes nothing for so long is given up. */
    private static final Duration STALL_LIMIT = Duration.ofSeconds(60);

    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final LiveFeed feed;
    private boolean begun;
    private boolean ended;

    private LiveSource(LiveFeed feed) {
        this.feed = feed;
    }

    /** A body of {@link LiveFrames}, which closes the feed when its reader leaves. */
    public static Publisher<byte[]> body(LiveFeed feed) {
        return new PulledBody(new LiveSource(feed), STALL_LIMIT);
    }

    @Override
    public byte @Nullable [] next() throws InterruptedException {
        if (!begun) {
            begun = true;
            return LiveFrames.toBytes(new LiveFrames.Begin(feed.position(), feed.missed()));
        }
        if (ended) {
            return null;
        }
        LiveNews news = feed.next(HEARTBEAT);
        ended = news instanceof LiveNews.Behind || news instanceof LiveNews.Ended;
        return LiveFrames.toBytes(news);
    }

    @Override
    public void close() {
        feed.close();
    }
}
