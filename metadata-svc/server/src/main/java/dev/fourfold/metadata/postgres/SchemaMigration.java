package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import io.micronaut.context.annotation.Value;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import jakarta.inject.Singleton;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema to this version before anything can use the data source. Migrating has connections of its own,
 * because the pool's have deadlines that a long migration would miss. Flyway holds a lock meanwhile, so instances may
 * start at once, and a start after a crash goes on where the last one stopped.
 */
@Singleton
@ServesMetadata
final class SchemaMigration implements BeanCreatedEventListener<DataSource> {

    private static final Logger LOG = LoggerFactory.getLogger(SchemaMigration.class);
    private static final int CONNECT_RETRIES = 10;

    private final String url;
    private final String username;
    private final String password;

    SchemaMigration(
            @Value("${datasources.metadata.url}") String url,
            @Value("${datasources.metadata.username}") String username,
            @Value("${datasources.metadata.password}") String password) {
        this.url = url;
        this.username = username;
        this.password = password;
    }

    @Override
    public DataSource onCreated(BeanCreatedEvent<DataSource> event) {
        if (event.getBeanIdentifier().getName().equals(Postgres.NAME)) {
            migrate(url, username, password);
        }
        return event.getBean();
    }

    /** Applies what is missing; does nothing where nothing is. */
    static void migrate(String url, String username, String password) {
        var done = Flyway.configure()
                .dataSource(url, username, password)
                .schemas(Postgres.NAME)
                .locations("classpath:db/metadata")
                .connectRetries(CONNECT_RETRIES)
                .connectRetriesInterval(1)
                .load()
                .migrate();
        LOG.info(
                "event=schema-migrated schema={} applied={} version={}",
                Postgres.NAME,
                done.migrationsExecuted,
                done.migrationsExecuted == 0 ? done.initialSchemaVersion : done.targetSchemaVersion);
    }
}
