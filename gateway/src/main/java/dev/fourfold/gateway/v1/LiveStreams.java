package dev.fourfold.gateway.v1;

import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.context.event.ShutdownEvent;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The listeners of this gateway, so that they hear of its end. */
@Singleton
final class LiveStreams implements ApplicationEventListener<ShutdownEvent> {

    private final Set<LiveStream> streams = ConcurrentHashMap.newKeySet();

    void add(LiveStream stream) {
        streams.add(stream);
    }

    void remove(LiveStream stream) {
        streams.remove(stream);
    }

    @Override
    public void onApplicationEvent(ShutdownEvent event) {
        streams.forEach(LiveStream::stop);
    }
}
