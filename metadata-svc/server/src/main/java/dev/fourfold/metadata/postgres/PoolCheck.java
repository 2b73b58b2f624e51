package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.pool.ConnectionBudget;
import dev.fourfold.contract.pool.PoolDemand;
import dev.fourfold.metadata.ServesMetadata;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the pools of all instances with what the server allows, once at the start. On a connection of its own: the
 * data source is not whole yet.
 */
@Singleton
@ServesMetadata
final class PoolCheck implements BeanCreatedEventListener<DataSource> {

    private static final Logger LOG = LoggerFactory.getLogger(PoolCheck.class);

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final ShortConnections server;
    private final PoolDemand demand;

    PoolCheck(
            @Value("${datasources.metadata.url}") String url,
            @Value("${datasources.metadata.username}") String username,
            @Value("${datasources.metadata.password}") String password,
            @Value("${datasources.metadata.maximum-pool-size}") int pool,
            @Value("${fourfold.metadata.instances}") int instances,
            @Value("${fourfold.postgres.other-connections}") int others) {
        this.server = new ShortConnections(url, username, password);
        this.demand = new PoolDemand(
                "metadata-svc",
                pool,
                instances,
                others,
                "FOURFOLD_METADATA_CONNECTIONS",
                "FOURFOLD_METADATA_INSTANCES",
                "FOURFOLD_POSTGRES_OTHER_CONNECTIONS");
    }

    @Override
    public DataSource onCreated(BeanCreatedEvent<DataSource> event) {
        if (event.getBeanIdentifier().getName().equals(Postgres.NAME)) {
            check();
        }
        return event.getBean();
    }

    private void check() {
        try (var connection = server.open(LIMIT)) {
            ConnectionBudget.of(connection).check(demand);
        } catch (SQLException e) {
            // The schema was migrated a moment before or after, so this is an outage, and not a reason to stay away.
            LOG.warn("event=connections-not-compared detail=\"{}\"", e.getMessage());
        }
    }
}
