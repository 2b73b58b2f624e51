package dev.fourfold.gateway.v1;

import dev.fourfold.contract.http.PulledBody;
import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.contract.live.LiveNews.RunNews;
import dev.fourfold.gateway.security.Welcome;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.ShutdownEvent;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** The listeners of this gateway, each with its answer that does not end, and told of the gateway's end. */
@Singleton
final class LiveStreams implements ApplicationEventListener<ShutdownEvent> {

    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final Set<LiveStream> streams = ConcurrentHashMap.newKeySet();
    private final Welcome welcome;

    LiveStreams(Welcome welcome) {
        this.welcome = welcome;
    }

    /** Says what is read from the store before, or between, what is new. */
    @FunctionalInterface
    interface Replaying {

        /** @param missed runs that may have missed something */
        @Nullable
        LiveReplay of(List<String> missed);
    }

    /** The id that a client saw last, or null. */
    static @Nullable String lastEventId(HttpRequest<?> request) {
        String id = request.getHeaders().get(LAST_EVENT_ID);
        return id == null || id.isEmpty() ? null : id;
    }

    /**
     * Begins an answer, which ends when whoever asked for it would not be let in any more.
     *
     * @param feed closed when nobody listens any more
     * @param writing makes an event of news, without an id
     * @param replaying what to read first, given the runs that may have missed something, if any; null for nothing
     */
    HttpResponse<Publisher<byte[]>> answer(
            HttpRequest<?> request, LiveFeed feed, Function<RunNews, byte[]> writing, Replaying replaying) {
        LiveStream stream;
        try {
            stream = new LiveStream(feed, writing, replaying.of(feed.missed()), welcome.of(request), streams::remove);
        } catch (RuntimeException e) {
            feed.close();
            throw e;
        }
        streams.add(stream);
        return HttpResponse.<Publisher<byte[]>>ok(new PulledBody(stream, LiveStream.STALL_LIMIT))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no");
    }

    @Override
    public void onApplicationEvent(ShutdownEvent event) {
        streams.forEach(LiveStream::stop);
    }
}
