package dev.fourfold.metadata.http;

import dev.fourfold.metadata.heart.BegunHeart;
import dev.fourfold.metadata.heart.HeartOperations;
import dev.fourfold.metadata.heart.HeartPage;
import dev.fourfold.metadata.heart.HeartVerdict;
import dev.fourfold.metadata.heart.NewHeart;
import dev.fourfold.metadata.heart.RunHeart;
import dev.fourfold.metadata.heart.SilentHearts;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The record of hearts, for other services of ours. */
@Controller("/metadata/hearts")
@AsProcess
final class HeartController {

    private final HeartOperations hearts;

    HeartController(HeartOperations hearts) {
        this.hearts = hearts;
    }

    @Post("/begin")
    BegunHeart begin(@QueryValue String runId, @Body NewHeart heart) {
        return hearts.begin(runId, heart);
    }

    @Get("/get")
    RunHeart get(@QueryValue String runId) {
        return hearts.get(runId);
    }

    @Post("/remove")
    void remove(@QueryValue String runId) {
        hearts.remove(runId);
    }

    @Post("/stop")
    List<HeartVerdict> stop(@Body SilentHearts silent) {
        return hearts.stop(silent);
    }

    @Get("/beating")
    HeartPage beating(@QueryValue @Nullable Long after, @QueryValue int limit) {
        return hearts.beating(after, limit);
    }

    @Post("/watch")
    void watch(@QueryValue @Nullable String incarnation) {
        hearts.watch(incarnation);
    }
}
