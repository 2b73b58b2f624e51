package dev.fourfold.metadata.http;

import dev.fourfold.metadata.work.AddedWork;
import dev.fourfold.metadata.work.FinishItem;
import dev.fourfold.metadata.work.GivenBack;
import dev.fourfold.metadata.work.NewWork;
import dev.fourfold.metadata.work.RenewWork;
import dev.fourfold.metadata.work.RenewedWork;
import dev.fourfold.metadata.work.TakeWork;
import dev.fourfold.metadata.work.TakenWork;
import dev.fourfold.metadata.work.WorkCounts;
import dev.fourfold.metadata.work.WorkItem;
import dev.fourfold.metadata.work.WorkListPage;
import dev.fourfold.metadata.work.WorkOperations;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import org.jspecify.annotations.Nullable;

/** Lists of work, for other services of ours. */
@Controller("/metadata/work")
@AsProcess
final class WorkController {

    private final WorkOperations work;

    WorkController(WorkOperations work) {
        this.work = work;
    }

    @Post("/add")
    AddedWork add(@QueryValue String namespace, @QueryValue String list, @Body NewWork items) {
        return work.add(namespace, list, items);
    }

    @Post("/take")
    TakenWork take(@QueryValue String namespace, @QueryValue String list, @Body TakeWork request) {
        return work.take(namespace, list, request);
    }

    @Post("/renew")
    RenewedWork renew(@QueryValue String namespace, @QueryValue String list, @Body RenewWork request) {
        return work.renew(namespace, list, request);
    }

    @Post("/finish")
    WorkItem finish(@QueryValue String namespace, @QueryValue String list, @Body FinishItem item) {
        return work.finish(namespace, list, item);
    }

    @Post("/give-back")
    GivenBack giveBack(
            @QueryValue String namespace, @QueryValue String list, @QueryValue String id, @QueryValue long token) {
        return work.giveBack(namespace, list, id, token);
    }

    @Get("/counts")
    WorkCounts counts(@QueryValue String namespace, @QueryValue String list) {
        return work.counts(namespace, list);
    }

    @Get("/get")
    WorkItem get(@QueryValue String namespace, @QueryValue String list, @QueryValue String id) {
        return work.get(namespace, list, id);
    }

    @Get("/lists")
    WorkListPage lists(@QueryValue String namespace, @QueryValue @Nullable String after, @QueryValue int limit) {
        return work.lists(namespace, after, limit);
    }

    @Post("/delete")
    void delete(@QueryValue String namespace, @QueryValue String list) {
        work.delete(namespace, list);
    }
}
