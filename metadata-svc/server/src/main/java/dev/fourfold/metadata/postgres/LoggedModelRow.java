package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.model.ModelStatus;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A row of the table of logged models. */
record LoggedModelRow(
        long pk,
        String modelId,
        String experimentId,
        String name,
        String artifactUri,
        long creationTimeMillis,
        long lastUpdatedTimeMillis,
        ModelStatus status,
        String modelType,
        String sourceRunId) {

    static final String COLUMNS = "model_pk, model_id, experiment_id, name, artifact_uri, creation_time,"
            + " last_updated_time, status, coalesce(model_type, ''), coalesce(source_run_id, '')";

    static LoggedModelRow read(ResultSet row) throws SQLException {
        return new LoggedModelRow(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getLong(6),
                row.getLong(7),
                ModelStatus.valueOf(row.getString(8)),
                row.getString(9),
                row.getString(10));
    }
}
