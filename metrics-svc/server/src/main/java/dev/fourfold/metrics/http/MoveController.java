package dev.fourfold.metrics.http;

import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.move.MoveAction;
import dev.fourfold.metrics.move.MoveOperations;
import dev.fourfold.metrics.move.MoveRequest;
import dev.fourfold.metrics.move.MoveStatus;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import java.util.List;

/** Moves between stores, one route for each operation. */
@Controller("/metrics/move")
@Requires(property = "fourfold.service.separate", value = "true")
final class MoveController {

    private final MoveOperations moves;

    MoveController(MoveOperations moves) {
        this.moves = moves;
    }

    @Get
    MoveStatus status() {
        return moves.status();
    }

    @Post
    MoveStatus start(@Body MoveRequest request) {
        return moves.start(request);
    }

    @Post("/actions/{action}")
    MoveStatus act(MoveAction action) {
        return moves.act(action);
    }

    @Get("/runs-without-experiment")
    List<String> runsWithoutExperiment() {
        return moves.runsWithoutExperiment();
    }

    @Post("/experiments")
    HttpResponse<?> tellExperiments(@Body List<RunRef> runs) {
        moves.tellExperiments(runs);
        return HttpResponse.noContent();
    }
}
