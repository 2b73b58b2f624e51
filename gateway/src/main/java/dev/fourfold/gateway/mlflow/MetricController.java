package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.answers.RunPlaces;
import dev.fourfold.gateway.http.MetricEngine;
import dev.fourfold.gateway.http.Store;
import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.Message;
import dev.fourfold.gateway.mlflow.request.MlflowRequest;
import dev.fourfold.gateway.mlflow.request.Refusals;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.gateway.security.Access;
import dev.fourfold.gateway.security.AccessLevel;
import dev.fourfold.metrics.MetricOperations;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.util.Optional;

/** MLflow's metric histories. */
@Controller
@Produces(MediaType.ALL)
final class MetricController {

    private static final Shape HISTORY = Shape.of(
            Field.text("run_id").asRequired(),
            Field.text("metric_key").asRequired(),
            Field.text("page_token"),
            Field.int32("max_results"),
            Field.text("run_uuid"));

    private final MetricOperations metrics;
    private final RunPlaces places;
    private final MetricEngine engine;

    MetricController(MetricOperations metrics, RunPlaces places, MetricEngine engine) {
        this.metrics = metrics;
        this.places = places;
        this.engine = engine;
    }

    @Access(AccessLevel.READ)
    @Get(
            uris = {
                API + "/metrics/get-history",
                AJAX + "/metrics/get-history",
                API_3 + "/metrics/get-history",
                AJAX_3 + "/metrics/get-history"
            })
    HttpResponse<Object> history(MlflowRequest request) {
        Message message = request.read(HISTORY);
        Integer most = message.int32OrNull("max_results");
        if (most != null && most < 1) {
            throw Refusals.refusal(
                    "Invalid value " + most + " for parameter 'max_results' supplied. It must be a positive integer.");
        }
        Optional<String> experiment = experimentOf(message.runId());
        if (experiment.isEmpty()) {
            return HttpResponse.ok((Object) "{}").contentType(MediaType.APPLICATION_JSON_TYPE);
        }
        var pages = new HistoryPages(
                metrics,
                experiment.get(),
                message.runId(),
                message.text("metric_key"),
                Limits.nullIfEmpty(message.text("page_token")),
                most == null ? Long.MAX_VALUE : most);
        var answer = HttpResponse.ok(pages.body()).contentType(MediaType.APPLICATION_JSON_TYPE);
        Store store = engine.now();
        return store == null ? answer : answer.header(Store.HEADER, store.headerValue());
    }

    /** MLflow answers an absent run with an empty history. */
    private Optional<String> experimentOf(String runId) {
        try {
            return Optional.of(places.experimentOf(runId));
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.NotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
