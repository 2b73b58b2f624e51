package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.metadata.purge.PurgeCandidates;
import dev.fourfold.metadata.purge.PurgeDelay;
import dev.fourfold.metadata.purge.PurgeOperations;
import dev.fourfold.metadata.purge.PurgePage;
import dev.fourfold.metadata.purge.PurgeProgress;
import dev.fourfold.metadata.purge.PurgeQuery;
import dev.fourfold.metadata.purge.PurgeRequest;
import dev.fourfold.metadata.purge.RunPurge;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/** {@link PurgeOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(
        value = "${fourfold.metadata.url}",
        path = "/metadata/purges",
        configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface PurgeClient extends PurgeOperations {

    @Override
    @Post("/begin")
    List<RunPurge> begin(@Body PurgeRequest request);

    @Override
    @Post("/candidates")
    List<String> candidates(@Body PurgeCandidates wanted);

    @Override
    @Get("/get")
    RunPurge get(@QueryValue String runId);

    @Override
    @Post("/list")
    PurgePage list(@Body PurgeQuery query);

    @Override
    @Post("/purged")
    List<String> purged(@Body List<String> runIds);

    @Override
    @Post("/claim")
    List<RunPurge> claim(@QueryValue String worker);

    @Override
    @Post("/renew")
    void renew(@QueryValue String runId, @QueryValue String worker);

    @Override
    @Post("/record")
    RunPurge record(@QueryValue String runId, @QueryValue String worker, @Body PurgeProgress progress);

    @Override
    @Post("/defer")
    void defer(@QueryValue String runId, @QueryValue String worker, @Body PurgeDelay delay);

    @Override
    @Post("/finish")
    RunPurge finish(@QueryValue String runId, @QueryValue String worker);
}
