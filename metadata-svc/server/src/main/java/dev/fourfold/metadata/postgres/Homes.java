package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.experiment.ExperimentProblems;
import java.sql.Connection;
import java.sql.SQLException;

/** The experiments that new things are put into. */
final class Homes {

    private Homes() {}

    /** Where an active experiment keeps its artifacts; it stays active until the transaction ends. */
    static String activeLocation(Connection connection, long experimentId) throws SQLException {
        var home = Rows.first(
                        connection,
                        "SELECT artifact_location, deleted FROM experiments WHERE experiment_id = ? FOR SHARE",
                        row -> new Home(row.getString(1), row.getBoolean(2)),
                        experimentId)
                .orElseThrow(() -> ExperimentProblems.notFound(String.valueOf(experimentId)));
        if (home.deleted()) {
            throw ExperimentProblems.notActive(experimentId);
        }
        return home.artifactLocation();
    }

    private record Home(String artifactLocation, boolean deleted) {}
}
