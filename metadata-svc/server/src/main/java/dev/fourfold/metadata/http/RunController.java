package dev.fourfold.metadata.http;

import dev.fourfold.metadata.client.ModelEntry;
import dev.fourfold.metadata.run.CreateRun;
import dev.fourfold.metadata.run.DatasetSummary;
import dev.fourfold.metadata.run.ModelOutput;
import dev.fourfold.metadata.run.Run;
import dev.fourfold.metadata.run.RunChanges;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunInputs;
import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunPage;
import dev.fourfold.metadata.run.RunPlace;
import dev.fourfold.metadata.run.RunQuery;
import dev.fourfold.metadata.run.UpdateRun;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import java.util.List;

/** Runs, for other services of ours. */
@Controller("/metadata/runs")
@AsProcess
final class RunController {

    private final RunOperations runs;

    RunController(RunOperations runs) {
        this.runs = runs;
    }

    @Post("/create")
    Run create(@Body CreateRun request) {
        return runs.create(request);
    }

    @Get("/get")
    Run get(@QueryValue String runId) {
        return runs.get(runId);
    }

    @Post("/infos")
    List<RunInfo> infos(@Body List<String> runIds) {
        return runs.infos(runIds);
    }

    @Get("/place")
    RunPlace place(@QueryValue String runId) {
        return runs.place(runId);
    }

    @Post("/search")
    RunPage search(@Body RunQuery query) {
        return runs.search(query);
    }

    @Post("/update")
    RunInfo update(@QueryValue String runId, @Body UpdateRun request) {
        return runs.update(runId, request);
    }

    @Post("/delete")
    void delete(@QueryValue String runId) {
        runs.delete(runId);
    }

    @Post("/restore")
    void restore(@QueryValue String runId) {
        runs.restore(runId);
    }

    @Post("/write")
    RunPlace write(@QueryValue String runId, @Body RunChanges changes) {
        return runs.write(runId, changes);
    }

    @Post("/delete-tag")
    void deleteTag(@QueryValue String runId, @QueryValue String key) {
        runs.deleteTag(runId, key);
    }

    @Post("/log-inputs")
    void logInputs(@QueryValue String runId, @Body RunInputs inputs) {
        runs.logInputs(runId, inputs);
    }

    @Post("/log-outputs")
    void logOutputs(@QueryValue String runId, @Body List<ModelOutput> outputs) {
        runs.logOutputs(runId, outputs);
    }

    @Post("/log-model")
    void logModel(@QueryValue String runId, @Body ModelEntry entry) {
        runs.logModel(runId, entry.json());
    }

    @Post("/datasets")
    List<DatasetSummary> datasets(@Body List<String> experimentIds) {
        return runs.datasets(experimentIds);
    }
}
