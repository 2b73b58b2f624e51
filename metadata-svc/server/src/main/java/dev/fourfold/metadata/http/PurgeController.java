package dev.fourfold.metadata.http;

import dev.fourfold.metadata.purge.PurgeCandidates;
import dev.fourfold.metadata.purge.PurgeDelay;
import dev.fourfold.metadata.purge.PurgeOperations;
import dev.fourfold.metadata.purge.PurgePage;
import dev.fourfold.metadata.purge.PurgeProgress;
import dev.fourfold.metadata.purge.PurgeQuery;
import dev.fourfold.metadata.purge.PurgeRequest;
import dev.fourfold.metadata.purge.RunPurge;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import java.util.List;

/** The record of purges, for other services of ours. */
@Controller("/metadata/purges")
@AsProcess
final class PurgeController {

    private final PurgeOperations purges;

    PurgeController(PurgeOperations purges) {
        this.purges = purges;
    }

    @Post("/begin")
    List<RunPurge> begin(@Body PurgeRequest request) {
        return purges.begin(request);
    }

    @Post("/candidates")
    List<String> candidates(@Body PurgeCandidates wanted) {
        return purges.candidates(wanted);
    }

    @Get("/get")
    RunPurge get(@QueryValue String runId) {
        return purges.get(runId);
    }

    @Post("/list")
    PurgePage list(@Body PurgeQuery query) {
        return purges.list(query);
    }

    @Post("/purged")
    List<String> purged(@Body List<String> runIds) {
        return purges.purged(runIds);
    }

    @Post("/claim")
    List<RunPurge> claim(@QueryValue String worker) {
        return purges.claim(worker);
    }

    @Post("/renew")
    void renew(@QueryValue String runId, @QueryValue String worker) {
        purges.renew(runId, worker);
    }

    @Post("/record")
    RunPurge record(@QueryValue String runId, @QueryValue String worker, @Body PurgeProgress progress) {
        return purges.record(runId, worker, progress);
    }

    @Post("/defer")
    void defer(@QueryValue String runId, @QueryValue String worker, @Body PurgeDelay delay) {
        purges.defer(runId, worker, delay);
    }

    @Post("/finish")
    RunPurge finish(@QueryValue String runId, @QueryValue String worker) {
        return purges.finish(runId, worker);
    }
}
