package dev.fourfold.gateway.mlflow;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.metadata.model.LoggedModel;
import dev.fourfold.metadata.model.ModelMetric;
import dev.fourfold.metadata.model.ModelPage;
import dev.fourfold.metadata.model.ModelStatus;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.Param;
import java.io.IOException;

/** Logged models as MLflow writes them: empty lists are left out, texts never. */
final class LoggedModelJson {

    private LoggedModelJson() {}

    static byte[] model(LoggedModel model) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeFieldName("model");
            write(out, model);
            out.writeEndObject();
        });
    }

    static byte[] page(ModelPage page) {
        return Json.bytes(out -> {
            out.writeStartObject();
            if (!page.models().isEmpty()) {
                out.writeArrayFieldStart("models");
                for (LoggedModel model : page.models()) {
                    write(out, model);
                }
                out.writeEndArray();
            }
            if (page.nextPageToken() != null) {
                out.writeStringField("next_page_token", page.nextPageToken());
            }
            out.writeEndObject();
        });
    }

    private static void write(JsonGenerator out, LoggedModel model) throws IOException {
        out.writeStartObject();
        out.writeObjectFieldStart("info");
        out.writeStringField("model_id", model.modelId());
        out.writeStringField("experiment_id", model.experimentId());
        out.writeStringField("name", model.name());
        out.writeNumberField("creation_timestamp_ms", model.creationTimeMillis());
        out.writeNumberField("last_updated_timestamp_ms", model.lastUpdatedTimeMillis());
        out.writeStringField("artifact_uri", model.artifactUri());
        out.writeStringField("status", status(model.status()));
        out.writeStringField("model_type", model.modelType());
        out.writeStringField("source_run_id", model.sourceRunId());
        ExperimentJson.tags(out, model.tags());
        out.writeEndObject();
        out.writeObjectFieldStart("data");
        if (!model.params().isEmpty()) {
            out.writeArrayFieldStart("params");
            for (Param param : model.params()) {
                out.writeStartObject();
                out.writeStringField("key", param.key());
                out.writeStringField("value", param.value());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        if (!model.metrics().isEmpty()) {
            out.writeArrayFieldStart("metrics");
            for (ModelMetric metric : model.metrics()) {
                write(out, metric);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, ModelMetric point) throws IOException {
        Metric metric = point.metric();
        // MLflow keeps no NaN for models: it gives 0.
        double value = Double.isNaN(metric.value()) ? 0 : metric.value();
        out.writeStartObject();
        RunJson.metric(out, metric.key(), value, metric.timestampMillis(), metric.step());
        if (metric.datasetName() != null && metric.datasetDigest() != null) {
            out.writeStringField("dataset_name", metric.datasetName());
            out.writeStringField("dataset_digest", metric.datasetDigest());
        }
        if (metric.modelId() != null) {
            out.writeStringField("model_id", metric.modelId());
        }
        out.writeStringField("run_id", point.runId());
        out.writeEndObject();
    }

    private static String status(ModelStatus status) {
        return switch (status) {
            case PENDING -> "LOGGED_MODEL_PENDING";
            case READY -> "LOGGED_MODEL_READY";
            case UPLOAD_FAILED -> "LOGGED_MODEL_UPLOAD_FAILED";
        };
    }
}
