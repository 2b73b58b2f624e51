package dev.fourfold.logs.mongo;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where MongoDB is and how it is used.
 *
 * @param url {@code mongodb://} or {@code mongodb+srv://}
 * @param database where the collections are made
 * @param serverSelection how long to look for a server that can be written to
 * @param timeout how long one operation may take
 * @param minConnections connections that are kept open
 * @param maxConnections connections at most
 * @param durabilityLag how long after a write the server may still lose it in a crash, though it was asked for
 *     {@code w: majority, j: true}
 * @param tlsCa with {@code tls=true} in the address: a file in PEM, who signs the servers' certificates; where absent, those
 *     that Java trusts
 */
@ConfigurationProperties("fourfold.mongo")
record MongoConfiguration(
        @Bindable(defaultValue = "mongodb://127.0.0.1:27017")
        String url,

        @Bindable(defaultValue = "fourfold") String database,
        @Bindable(defaultValue = "5s") Duration serverSelection,
        @Bindable(defaultValue = "10s") Duration timeout,
        @Bindable(defaultValue = "10") int minConnections,
        @Bindable(defaultValue = "50") int maxConnections,
        @Bindable(defaultValue = "10s") Duration durabilityLag,
        @Nullable String tlsCa) {}
