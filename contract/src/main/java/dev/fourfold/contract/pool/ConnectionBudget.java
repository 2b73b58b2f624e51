package dev.fourfold.contract.pool;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections a PostgreSQL lets its user have, and whether pools fit: found out at the start rather than under
 * load, when it refuses the last ones.
 *
 * @param allowed what is left of {@code max_connections} without the reserved ones, or the limit of the user or of the
 *     database where that is lower
 */
public record ConnectionBudget(int allowed) {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionBudget.class);

    /** A limit of -1 is none. {@code reserved_connections} is there from PostgreSQL 16 on. */
    private static final String ALLOWED = """
            SELECT least(
                current_setting('max_connections')::int
                    - current_setting('superuser_reserved_connections')::int
                    - coalesce(current_setting('reserved_connections', true), '0')::int,
                (SELECT nullif(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user AND NOT rolsuper),
                (SELECT nullif(datconnlimit, -1) FROM pg_database WHERE datname = current_database()))
            """;

    /** Asks the server. */
    public static ConnectionBudget of(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(ALLOWED)) {
            rows.next();
            return new ConnectionBudget(rows.getInt(1));
        }
    }

    /**
     * Warns where not all instances' pools fit: they work until all are under load at once.
     *
     * @throws PoolTooLargeException where not even one instance's does
     */
    public void check(PoolDemand demand) {
        if (demand.pool() > allowed) {
            throw new PoolTooLargeException(demand.service() + " may open " + demand.pool()
                    + " connections, and PostgreSQL lets it have " + allowed + ": set " + demand.poolSetting()
                    + " lower, or PostgreSQL's max_connections higher");
        }
        compare(demand);
    }

    /** Warns where not all fit, be it not even one instance's: of a server that is not needed to start. */
    public void compare(PoolDemand demand) {
        if (fits(demand)) {
            LOG.debug(
                    "event=connections-fit service={} wanted={} allowed={}", demand.service(), demand.total(), allowed);
        } else {
            LOG.warn(
                    "event=connections-do-not-fit service={} instances={} pool={} others={} wanted={} allowed={}"
                            + " advice=\"under load PostgreSQL will refuse some: lower {}, or raise PostgreSQL's"
                            + " max_connections; {} and {} say what was counted\"",
                    demand.service(),
                    demand.instances(),
                    demand.pool(),
                    demand.others(),
                    demand.total(),
                    allowed,
                    demand.poolSetting(),
                    demand.instancesSetting(),
                    demand.othersSetting());
        }
    }

    boolean fits(PoolDemand demand) {
        return demand.total() <= allowed;
    }
}
