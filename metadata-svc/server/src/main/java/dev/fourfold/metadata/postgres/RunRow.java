package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A row of the table of runs. */
record RunRow(
        long pk,
        String runId,
        long experimentId,
        String runName,
        String userId,
        RunStatus status,
        long startTimeMillis,
        @Nullable Long endTimeMillis,
        String artifactUri,
        boolean deleted) {

    static final String COLUMNS =
            "run_pk, run_id, experiment_id, run_name, user_id, status, start_time, end_time, artifact_uri, deleted";

    static RunRow read(ResultSet row) throws SQLException {
        return new RunRow(
                row.getLong(1),
                row.getString(2),
                row.getLong(3),
                row.getString(4),
                row.getString(5),
                RunStatus.valueOf(row.getString(6)),
                row.getLong(7),
                row.getObject(8, Long.class),
                row.getString(9),
                row.getBoolean(10));
    }

    static LifecycleStage stage(boolean deleted) {
        return deleted ? LifecycleStage.DELETED : LifecycleStage.ACTIVE;
    }

    RunInfo toInfo() {
        return new RunInfo(
                runId,
                String.valueOf(experimentId),
                runName,
                userId,
                status,
                startTimeMillis,
                endTimeMillis,
                artifactUri,
                stage(deleted));
    }
}
