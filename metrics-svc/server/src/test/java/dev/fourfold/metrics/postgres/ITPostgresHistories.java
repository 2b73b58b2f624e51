package dev.fourfold.metrics.postgres;

import dev.fourfold.embedded.TemporaryStores;
import dev.fourfold.metrics.point.HistoryProperties;
import dev.fourfold.metrics.point.PointStore;

/** Any story on a real PostgreSQL. */
final class ITPostgresHistories extends HistoryProperties {

    private static final String DATABASE = TemporaryStores.newDatabase();

    @Override
    protected PointStore open(int maxNames) {
        var server = TemporaryStores.postgres();
        return new PostgresPointStore(SmallPool.at(DATABASE, server.user(), server.password(), 3));
    }

    @Override
    protected boolean exactByStep() {
        return true;
    }
}
