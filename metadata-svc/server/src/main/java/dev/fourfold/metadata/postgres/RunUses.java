package dev.fourfold.metadata.postgres;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.run.Dataset;
import dev.fourfold.metadata.run.DatasetInput;
import dev.fourfold.metadata.run.ModelOutput;
import dev.fourfold.metadata.run.RunInputs;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What runs read and made: datasets and logged models. */
final class RunUses {

    /** Nothing is changed on a conflict: what was logged first of a dataset stays. */
    private static final String ADD_DATASETS = """
            INSERT INTO datasets (experiment_id, name, digest, source_type, source, schema, profile)
            SELECT ?, * FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
            ON CONFLICT (experiment_id, name, digest) DO NOTHING""";

    private static final String FIND_DATASETS = """
            SELECT d.dataset_pk, asked.nr FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS asked (name, digest, nr)
            JOIN datasets d ON d.experiment_id = ? AND d.name = asked.name AND d.digest = asked.digest""";
    private static final String ADD_INPUTS = """
            INSERT INTO inputs (run_pk, dataset_pk) SELECT ?, * FROM unnest(?::bigint[])
            ON CONFLICT (run_pk, dataset_pk) DO NOTHING RETURNING dataset_pk""";
    private static final String ADD_INPUT_TAGS = """
            INSERT INTO input_tags (run_pk, dataset_pk, key, value)
            SELECT ?, * FROM unnest(?::bigint[], ?::text[], ?::text[])""";

    private final Map<Long, Map<Long, DatasetInput>> datasets = new HashMap<>();
    private final Map<Long, List<String>> models = new HashMap<>();
    private final Map<Long, List<ModelOutput>> outputs = new HashMap<>();

    private RunUses() {}

    /** What the runs read and made, with one statement for each kind. */
    static RunUses read(Connection connection, long[] pks, boolean withModels) throws SQLException {
        var uses = new RunUses();
        uses.readDatasets(connection, pks);
        if (withModels) {
            Rows.list(
                    connection,
                    "SELECT run_pk, model_id FROM model_inputs WHERE run_pk = ANY (?) ORDER BY run_pk, model_id",
                    row -> uses.models
                            .computeIfAbsent(row.getLong(1), none -> new ArrayList<>())
                            .add(row.getString(2)),
                    pks);
        }
        Rows.list(
                connection,
                "SELECT run_pk, model_id, step FROM model_outputs WHERE run_pk = ANY (?) ORDER BY run_pk, model_id",
                row -> uses.outputs
                        .computeIfAbsent(row.getLong(1), none -> new ArrayList<>())
                        .add(new ModelOutput(row.getString(2), row.getLong(3))),
                pks);
        return uses;
    }

    RunInputs inputs(long pk) {
        var used = datasets.get(pk);
        return new RunInputs(used == null ? List.of() : List.copyOf(used.values()), models.getOrDefault(pk, List.of()));
    }

    List<ModelOutput> outputs(long pk) {
        return outputs.getOrDefault(pk, List.of());
    }

    /** Adds what a run read; the caller holds the run's lock. */
    static void add(Connection connection, long pk, long experimentId, RunInputs inputs) throws SQLException {
        if (!inputs.datasets().isEmpty()) {
            addDatasets(connection, pk, experimentId, inputs.datasets());
        }
        if (!inputs.modelIds().isEmpty()) {
            Rows.update(
                    connection,
                    "INSERT INTO model_inputs (run_pk, model_id) SELECT ?, * FROM unnest(?::text[])"
                            + " ON CONFLICT (run_pk, model_id) DO NOTHING",
                    pk,
                    inputs.modelIds().toArray(String[]::new));
        }
    }

    /** Adds what a run made; the caller holds the run's lock. */
    static void add(Connection connection, long pk, List<ModelOutput> made) throws SQLException {
        if (!made.isEmpty()) {
            Rows.update(
                    connection,
                    "INSERT INTO model_outputs (run_pk, model_id, step) SELECT ?, * FROM unnest(?::text[], ?::bigint[])"
                            + " ON CONFLICT (run_pk, model_id) DO NOTHING",
                    pk,
                    made.stream().map(ModelOutput::modelId).toArray(String[]::new),
                    made.stream().mapToLong(ModelOutput::step).toArray());
        }
    }

    private static void addDatasets(Connection connection, long pk, long experimentId, List<DatasetInput> inputs)
            throws SQLException {
        // Runs that add the same datasets at once do it in one order, so that none waits for the other in a circle.
        var ordered = inputs.stream()
                .map(DatasetInput::dataset)
                .sorted(Comparator.comparing(Dataset::name).thenComparing(Dataset::digest))
                .toList();
        Rows.update(
                connection,
                ADD_DATASETS,
                experimentId,
                ordered.stream().map(Dataset::name).toArray(String[]::new),
                ordered.stream().map(Dataset::digest).toArray(String[]::new),
                ordered.stream().map(Dataset::sourceType).toArray(String[]::new),
                ordered.stream().map(Dataset::source).toArray(String[]::new),
                ordered.stream().map(Dataset::schema).toArray(String[]::new),
                ordered.stream().map(Dataset::profile).toArray(String[]::new));
        var datasetPks = new long[inputs.size()];
        Rows.list(
                connection,
                FIND_DATASETS,
                row -> datasetPks[Math.toIntExact(row.getLong(2)) - 1] = row.getLong(1),
                inputs.stream().map(input -> input.dataset().name()).toArray(String[]::new),
                inputs.stream().map(input -> input.dataset().digest()).toArray(String[]::new),
                experimentId);
        var added = Rows.list(connection, ADD_INPUTS, row -> row.getLong(1), pk, datasetPks);
        var taggedPks = new ArrayList<Long>();
        var tags = new ArrayList<Tag>();
        for (int i = 0; i < datasetPks.length; i++) {
            if (added.contains(datasetPks[i])) {
                for (var tag : inputs.get(i).tags()) {
                    taggedPks.add(datasetPks[i]);
                    tags.add(tag);
                }
            }
        }
        if (!tags.isEmpty()) {
            Rows.update(
                    connection,
                    ADD_INPUT_TAGS,
                    pk,
                    Found.array(taggedPks),
                    tags.stream().map(Tag::key).toArray(String[]::new),
                    tags.stream().map(Tag::value).toArray(String[]::new));
        }
    }

    private void readDatasets(Connection connection, long[] pks) throws SQLException {
        Rows.list(
                connection,
                """
                SELECT i.run_pk, i.dataset_pk, d.name, d.digest, d.source_type, d.source, d.schema, d.profile,
                    t.key, t.value
                FROM inputs i JOIN datasets d USING (dataset_pk) LEFT JOIN input_tags t USING (run_pk, dataset_pk)
                WHERE i.run_pk = ANY (?) ORDER BY i.run_pk, i.input_pk, t.key""",
                row -> {
                    var used = datasets.computeIfAbsent(row.getLong(1), none -> new LinkedHashMap<>());
                    var input = used.get(row.getLong(2));
                    if (input == null) {
                        input = new DatasetInput(new ArrayList<>(), dataset(row));
                        used.put(row.getLong(2), input);
                    }
                    var key = row.getString(9);
                    return key == null || input.tags().add(new Tag(key, row.getString(10)));
                },
                pks);
    }

    private static Dataset dataset(ResultSet row) throws SQLException {
        return new Dataset(
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getString(7),
                row.getString(8));
    }
}
