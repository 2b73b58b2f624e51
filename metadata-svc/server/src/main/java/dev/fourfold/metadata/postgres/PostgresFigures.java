package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.meters.Disk;
import dev.fourfold.contract.meters.Figure;
import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreFigures;
import dev.fourfold.metadata.ServesMetadata;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The size of the database, how well its buffers do, and how far its replicas are behind. */
@Singleton
@ServesMetadata
final class PostgresFigures implements StoreFigures {

    private static final String SIZE_AND_BUFFERS = """
            SELECT pg_database_size(datname), blks_hit, blks_read FROM pg_stat_database WHERE datname = current_database()
            """;

    /**
     * A replica that has replayed all has no lag, whatever was measured last. One whose lag nobody may see (without the
     * role pg_monitor) has no row.
     */
    private static final String REPLICAS = """
            SELECT coalesce(nullif(application_name, 'walreceiver'), host(client_addr), 'local') AS replica,
                   CASE WHEN replay_lsn >= pg_current_wal_lsn() THEN 0
                        ELSE coalesce(extract(epoch FROM replay_lag), 0) END AS behind
            FROM pg_stat_replication
            WHERE state IS NOT NULL AND NOT pg_is_in_recovery()
            """;

    private final Postgres postgres;
    private final Searches searches;
    private final Disk disk;

    PostgresFigures(Postgres postgres, Searches searches, @Value("${fourfold.disk.postgresql:}") String disk) {
        this.postgres = postgres;
        this.searches = searches;
        this.disk = Disk.of(Store.POSTGRESQL, disk);
    }

    @Override
    public String name() {
        return Postgres.PART;
    }

    @Override
    public List<Figure> ask() throws IOException {
        record Told(double size, double hits, double reads) {}
        var told = postgres.single(connection -> Rows.first(
                        connection,
                        SIZE_AND_BUFFERS,
                        row -> new Told(row.getDouble(1), row.getDouble(2), row.getDouble(3))))
                .orElseThrow();
        var figures = new ArrayList<>(Figure.cache(Store.POSTGRESQL, told.hits(), told.reads()));
        figures.addAll(disk.used(told.size()));
        figures.addAll(postgres.single(connection -> Rows.list(
                connection, REPLICAS, row -> Figure.lag(Store.POSTGRESQL, row.getString(1), row.getDouble(2)))));
        figures.addAll(searches.lags());
        return figures;
    }
}
