package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.run.DatasetSummary;
import dev.fourfold.metadata.run.ModelOutput;
import dev.fourfold.metadata.run.RunInputs;
import dev.fourfold.metadata.run.RunProblems;
import dev.fourfold.metadata.run.UseStore;
import jakarta.inject.Singleton;
import java.util.List;

/** What runs read and made, in PostgreSQL, under the locks of the runs. */
@Singleton
@ServesMetadata
final class PostgresUseStore implements UseStore {

    private final Postgres postgres;
    private final Searches searches;

    PostgresUseStore(Postgres postgres, Searches searches) {
        this.postgres = postgres;
        this.searches = searches;
    }

    @Override
    public void addInputs(String runId, RunInputs inputs) {
        postgres.write(connection -> {
            var run = PostgresRunStore.lockActive(connection, runId);
            RunUses.add(connection, run.pk(), run.experimentId(), inputs);
            return run;
        });
    }

    @Override
    public void addOutputs(String runId, List<ModelOutput> outputs) {
        postgres.write(connection -> {
            var run = PostgresRunStore.lockActive(connection, runId);
            RunUses.add(connection, run.pk(), outputs);
            return run;
        });
    }

    @Override
    public void appendModel(String runId, String entry) {
        postgres.write(connection -> {
            var run = PostgresRunStore.lockActive(connection, runId);
            var old = Rows.first(
                            connection,
                            "SELECT value FROM run_tags WHERE run_pk = ? AND key = ?",
                            row -> row.getString(1),
                            run.pk(),
                            MODEL_HISTORY_TAG)
                    .orElse("[]")
                    .strip();
            if (!old.startsWith("[") || !old.endsWith("]")) {
                throw RunProblems.damagedHistory(runId).toException();
            }
            if (!old.contains(entry)) {
                var list = old.substring(0, old.length() - 1).stripTrailing();
                var value = list.equals("[") ? "[" + entry + "]" : list + ", " + entry + "]";
                PostgresRunStore.setTags(connection, run.pk(), List.of(new Tag(MODEL_HISTORY_TAG, value)));
            }
            return run;
        });
    }

    @Override
    public List<DatasetSummary> datasets(List<Long> experimentIds, int limit) {
        return searches.read(connection -> Rows.list(
                connection,
                """
                SELECT DISTINCT d.experiment_id, d.name, d.digest, t.value
                FROM datasets d JOIN inputs i USING (dataset_pk)
                LEFT JOIN input_tags t
                    ON t.run_pk = i.run_pk AND t.dataset_pk = i.dataset_pk AND t.key = 'mlflow.data.context'
                WHERE d.experiment_id = ANY (?) ORDER BY d.experiment_id, d.name, d.digest, t.value LIMIT ?""",
                row -> new DatasetSummary(row.getString(1), row.getString(2), row.getString(3), row.getString(4)),
                Found.array(experimentIds),
                limit));
    }
}
