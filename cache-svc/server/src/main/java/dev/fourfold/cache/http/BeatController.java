package dev.fourfold.cache.http;

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
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import java.util.List;

/** Beats of runs, for other services of ours. */
@Controller("/state/beats")
@Requires(property = "fourfold.service.separate", value = "true")
final class BeatController {

    private final BeatOperations beats;

    BeatController(BeatOperations beats) {
        this.beats = beats;
    }

    @Post("/beat")
    Beaten beat(@QueryValue String runId, @Body Beat beat) {
        return beats.beat(runId, beat);
    }

    @Post("/start")
    StartedHeart start(@QueryValue String runId, @Body StartHeart heart) {
        return beats.start(runId, heart);
    }

    @Post("/adopt")
    void adopt(@Body List<RecordedHeart> hearts) {
        beats.adopt(hearts);
    }

    @Post("/overdue")
    Overdue overdue(@Body Watcher watcher) {
        return beats.overdue(watcher);
    }

    @Get("/read")
    HeardHeart read(@QueryValue String runId) {
        return beats.read(runId);
    }

    @Post("/forget")
    void forget(@Body List<HeartNumber> hearts) {
        beats.forget(hearts);
    }
}
