package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
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
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/** {@link RunOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(value = "${fourfold.metadata.url}", path = "/metadata/runs", configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface RunClient extends RunOperations {

    @Override
    @Post("/create")
    Run create(@Body CreateRun request);

    @Override
    @Get("/get")
    Run get(@QueryValue String runId);

    @Override
    @Post("/infos")
    List<RunInfo> infos(@Body List<String> runIds);

    @Override
    @Get("/place")
    RunPlace place(@QueryValue String runId);

    @Override
    @Post("/search")
    RunPage search(@Body RunQuery query);

    @Override
    @Post("/update")
    RunInfo update(@QueryValue String runId, @Body UpdateRun request);

    @Override
    @Post("/delete")
    void delete(@QueryValue String runId);

    @Override
    @Post("/restore")
    void restore(@QueryValue String runId);

    @Override
    @Post("/write")
    RunPlace write(@QueryValue String runId, @Body RunChanges changes);

    @Override
    @Post("/delete-tag")
    void deleteTag(@QueryValue String runId, @QueryValue String key);

    @Override
    @Post("/log-inputs")
    void logInputs(@QueryValue String runId, @Body RunInputs inputs);

    @Override
    @Post("/log-outputs")
    void logOutputs(@QueryValue String runId, @Body List<ModelOutput> outputs);

    @Override
    default void logModel(String runId, String entry) {
        logModelEntry(runId, new ModelEntry(entry));
    }

    @Post("/log-model")
    void logModelEntry(@QueryValue String runId, @Body ModelEntry entry);

    @Override
    @Post("/datasets")
    List<DatasetSummary> datasets(@Body List<String> experimentIds);
}
