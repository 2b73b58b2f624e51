package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.meters.Figure;
import dev.fourfold.contract.meters.StoreFigures;
import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.run.RunStatus;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.List;

/**
 * How many runs have which status. They are counted, which takes a tenth of a second for a million; nobody waits for it,
 * and whoever asks sees to it that it is done the more rarely, the longer it takes.
 */
@Singleton
@ServesMetadata
final class RunFigures implements StoreFigures {

    private static final String COUNT = "SELECT status, count(*) FROM runs WHERE NOT deleted GROUP BY status";

    private final Postgres postgres;

    RunFigures(Postgres postgres) {
        this.postgres = postgres;
    }

    @Override
    public String name() {
        return "runs";
    }

    @Override
    public List<Figure> ask() {
        var counts = new EnumMap<RunStatus, Long>(RunStatus.class);
        for (RunStatus status : RunStatus.values()) {
            counts.put(status, 0L);
        }
        postgres.single(connection ->
                Rows.list(connection, COUNT, row -> counts.put(RunStatus.valueOf(row.getString(1)), row.getLong(2))));
        return counts.entrySet().stream()
                .map(count -> Figure.runs(count.getKey().name(), count.getValue()))
                .toList();
    }
}
