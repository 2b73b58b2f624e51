package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
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
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import org.jspecify.annotations.Nullable;

/** {@link WorkOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(value = "${fourfold.metadata.url}", path = "/metadata/work", configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface WorkClient extends WorkOperations {

    @Override
    @Post("/add")
    AddedWork add(@QueryValue String namespace, @QueryValue String list, @Body NewWork work);

    @Override
    @Post("/take")
    TakenWork take(@QueryValue String namespace, @QueryValue String list, @Body TakeWork request);

    @Override
    @Post("/renew")
    RenewedWork renew(@QueryValue String namespace, @QueryValue String list, @Body RenewWork request);

    @Override
    @Post("/finish")
    WorkItem finish(@QueryValue String namespace, @QueryValue String list, @Body FinishItem item);

    @Override
    @Post("/give-back")
    GivenBack giveBack(
            @QueryValue String namespace, @QueryValue String list, @QueryValue String id, @QueryValue long token);

    @Override
    @Get("/counts")
    WorkCounts counts(@QueryValue String namespace, @QueryValue String list);

    @Override
    @Get("/get")
    WorkItem get(@QueryValue String namespace, @QueryValue String list, @QueryValue String id);

    @Override
    @Get("/lists")
    WorkListPage lists(@QueryValue String namespace, @QueryValue @Nullable String after, @QueryValue int limit);

    @Override
    @Post("/delete")
    void delete(@QueryValue String namespace, @QueryValue String list);
}
