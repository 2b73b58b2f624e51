package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.contract.live.LiveNews;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** News from a list; nothing after that. */
public final class FakeLiveFeed implements LiveFeed {

    private final List<String> missed;
    private final LinkedBlockingQueue<LiveNews> news = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    public FakeLiveFeed(List<String> missed, LiveNews... news) {
        this.missed = missed;
        this.news.addAll(List.of(news));
    }

    /** Whether it was closed within some seconds. */
    public boolean isClosed() throws InterruptedException {
        return closed.await(20, TimeUnit.SECONDS);
    }

    @Override
    public List<String> missed() {
        return missed;
    }

    @Override
    public String position() {
        return "p-0";
    }

    @Override
    public LiveNews next(Duration wait) throws InterruptedException {
        LiveNews next = news.poll();
        if (next != null) {
            return next;
        }
        return closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)
                ? new LiveNews.Ended("closed")
                : new LiveNews.Quiet("p-9");
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
