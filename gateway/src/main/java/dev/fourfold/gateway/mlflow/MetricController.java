package dev.fourfold.gateway.mlflow;

import static dev.fourfold.gateway.mlflow.Doors.AJAX;
import static dev.fourfold.gateway.mlflow.Doors.AJAX_3;
import static dev.fourfold.gateway.mlflow.Doors.API;
import static dev.fourfold.gateway.mlflow.Doors.API_3;

import dev.fourfold.gateway.http.Json;
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
import java.util.List;
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

    private static final Shape BULK =
            Shape.of(Field.texts("run_id"), Field.text("metric_key"), Field.int32("max_results"));
    private static final Shape BULK_INTERVAL = Shape.of(
            Field.texts("run_ids").asRequired(),
            Field.text("metric_key").asRequired(),
            Field.int64("start_step"),
            Field.int64("end_step"),
            Field.int32("max_results"));

    private final MetricOperations metrics;
    private final ManyHistories many;
    private final MetricEngine engine;

    MetricController(MetricOperations metrics, ManyHistories many, MetricEngine engine) {
        this.metrics = metrics;
        this.many = many;
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
        Optional<String> experiment = many.experimentOf(message.runId());
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

    @Access(AccessLevel.READ)
    @Get(AJAX + "/metrics/get-history-bulk")
    HttpResponse<byte[]> bulk(MlflowRequest request) {
        Message message = request.read(BULK);
        List<String> runIds = message.texts("run_id");
        if (runIds.isEmpty()) {
            throw Refusals.refusal("GetMetricHistoryBulk request must specify at least one run_id.");
        }
        if (runIds.size() > ManyHistories.MOST_RUNS) {
            throw Refusals.refusal("GetMetricHistoryBulk request cannot specify more than " + ManyHistories.MOST_RUNS
                    + " run_ids. Received " + runIds.size() + " run_ids.");
        }
        String key = message.textOrNull("metric_key");
        if (key == null) {
            throw Refusals.refusal("GetMetricHistoryBulk request must specify a metric_key.");
        }
        Integer most = message.int32OrNull("max_results");
        if (most != null && most < 0) {
            throw Refusals.invalid("max_results", most, "It must be a positive integer");
        }
        return answer(RunJson.bulk(many.bulk(runIds, key, most)));
    }

    @Access(AccessLevel.READ)
    @Get(uris = {API + "/metrics/get-history-bulk-interval", AJAX + "/metrics/get-history-bulk-interval"})
    HttpResponse<byte[]> bulkInterval(MlflowRequest request) {
        Message message = request.read(BULK_INTERVAL);
        return answer(RunJson.sampled(many.sample(
                message.texts("run_ids"),
                message.text("metric_key"),
                message.int64OrNull("start_step"),
                message.int64OrNull("end_step"),
                message.int32OrNull("max_results"))));
    }

    private HttpResponse<byte[]> answer(byte[] json) {
        Store store = engine.now();
        return store == null ? Json.ok(json) : Json.ok(store, json);
    }
}
