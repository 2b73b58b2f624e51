package dev.fourfold.cache.client;

import dev.fourfold.cache.heart.Beat;
import dev.fourfold.cache.heart.BeatOperations;
import dev.fourfold.cache.heart.Beaten;
import dev.fourfold.cache.heart.HeardHeart;
import dev.fourfold.cache.heart.HeartNumber;
import dev.fourfold.cache.heart.Overdue;
import dev.fourfold.cache.heart.RecordedHeart;
import dev.fourfold.cache.heart.StartHeart;
import dev.fourfold.cache.heart.StartedHeart;
import dev.fourfold.cache.heart.Watcher;
import dev.fourfold.contract.http.BetweenServices;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/** {@link BeatOperations} of a cache-svc elsewhere. */
@BetweenServices
@Client(value = "${fourfold.cache.url}", path = "/state/beats", configuration = StateClientConfiguration.class)
@Requires(property = "fourfold.cache.url")
interface BeatClient extends BeatOperations {

    @Override
    @Post("/beat")
    Beaten beat(@QueryValue String runId, @Body Beat beat);

    @Override
    @Post("/start")
    StartedHeart start(@QueryValue String runId, @Body StartHeart heart);

    @Override
    @Post("/adopt")
    void adopt(@Body List<RecordedHeart> hearts);

    @Override
    @Post("/overdue")
    Overdue overdue(@Body Watcher watcher);

    @Override
    @Get("/read")
    HeardHeart read(@QueryValue String runId);

    @Override
    @Post("/forget")
    void forget(@Body List<HeartNumber> hearts);
}
