package dev.fourfold.metrics.client;

import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.contract.http.Instances;
import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.move.MoveAction;
import dev.fourfold.metrics.move.MoveRequest;
import dev.fourfold.metrics.move.MoveStatus;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.client.annotation.Client;
import java.util.List;

/** The routes of metrics-svc that are about moves. */
@Client(value = "http://metrics-svc", configuration = MetricsClientConfiguration.class)
@BetweenServices
@Requires(property = HttpMetricOperations.URL)
interface MoveHttp {

    @Get("/metrics/move")
    MoveStatus status(@Header(Instances.AT) String instance);

    @Post("/metrics/move")
    MoveStatus start(@Header(Instances.AT) String instance, @Body MoveRequest request);

    @Post("/metrics/move/actions/{action}")
    MoveStatus act(@Header(Instances.AT) String instance, MoveAction action);

    @Get("/metrics/move/runs-without-experiment")
    List<String> runsWithoutExperiment(@Header(Instances.AT) String instance);

    @Post("/metrics/move/experiments")
    HttpResponse<?> tellExperiments(@Header(Instances.AT) String instance, @Body List<RunRef> runs);
}
