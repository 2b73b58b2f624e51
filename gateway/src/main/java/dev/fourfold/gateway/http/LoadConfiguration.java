package dev.fourfold.gateway.http;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;

/**
 * How much is worked on at once; what comes on top is refused at once.
 *
 * @param requests requests whose body, if any, has arrived, until their answer begins
 * @param uploads files that are being sent
 * @param waiting requests that wait for what others do, at a barrier
 */
@ConfigurationProperties("fourfold.load")
record LoadConfiguration(
        @Bindable(defaultValue = "1000") int requests,
        @Bindable(defaultValue = "256") int uploads,
        @Bindable(defaultValue = "2000") int waiting) {

    LoadConfiguration {
        if (requests < 1) {
            throw new IllegalArgumentException("fourfold.load.requests is at least 1");
        }
        if (uploads < 1) {
            throw new IllegalArgumentException("fourfold.load.uploads is at least 1");
        }
        if (waiting < 1) {
            throw new IllegalArgumentException("fourfold.load.waiting is at least 1");
        }
    }
}
