package dev.fourfold.gateway.mlflow;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.metadata.run.Dataset;
import dev.fourfold.metadata.run.DatasetInput;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.ModelOutput;
import dev.fourfold.metadata.run.Param;
import dev.fourfold.metadata.run.Run;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunInputs;
import dev.fourfold.metadata.run.RunPage;
import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import java.io.IOException;
import java.util.List;

/** Runs as MLflow writes them: what is unset or an empty list is left out, but user and start time are always there. */
final class RunJson {

    private RunJson() {}

    /** The answer to creating, which alone has no {@code outputs}. */
    static byte[] created(Run run) {
        return one(run, false);
    }

    static byte[] run(Run run) {
        return one(run, true);
    }

    static byte[] info(RunInfo info) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeFieldName("run_info");
            write(out, info);
            out.writeEndObject();
        });
    }

    static byte[] page(RunPage page) {
        return Json.bytes(out -> {
            out.writeStartObject();
            if (!page.runs().isEmpty()) {
                out.writeArrayFieldStart("runs");
                for (Run run : page.runs()) {
                    write(out, run, true);
                }
                out.writeEndArray();
            }
            if (page.nextPageToken() != null) {
                out.writeStringField("next_page_token", page.nextPageToken());
            }
            out.writeEndObject();
        });
    }

    /** One value of a metric, without the braces. JSON has no NaN and no infinities; MLflow gives the greatest double. */
    static void metric(JsonGenerator out, String key, double value, long timestampMillis, long step)
            throws IOException {
        out.writeStringField("key", key);
        if (Double.isNaN(value)) {
            out.writeStringField("value", "NaN");
        } else {
            out.writeNumberField("value", bounded(value));
        }
        out.writeNumberField("timestamp", timestampMillis);
        out.writeNumberField("step", step);
    }

    /** Points of many runs, where MLflow gives a list even if it is empty, and NaN as the bare word that Python writes. */
    static byte[] bulk(List<PointBatch> batches) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("metrics");
            for (PointBatch batch : batches) {
                for (Point point : batch.points()) {
                    out.writeStartObject();
                    out.writeStringField("key", point.key());
                    out.writeStringField("run_id", batch.runId());
                    out.writeNumberField("step", point.step());
                    out.writeNumberField("timestamp", point.timestampMillis());
                    if (Double.isNaN(point.value())) {
                        out.writeFieldName("value");
                        out.writeRawValue("NaN");
                    } else {
                        out.writeNumberField("value", bounded(point.value()));
                    }
                    out.writeEndObject();
                }
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /** A sample of many runs. */
    static byte[] sampled(List<PointBatch> batches) {
        boolean empty = batches.stream().allMatch(batch -> batch.points().isEmpty());
        return Json.bytes(out -> {
            out.writeStartObject();
            if (!empty) {
                out.writeArrayFieldStart("metrics");
                for (PointBatch batch : batches) {
                    for (Point point : batch.points()) {
                        out.writeStartObject();
                        metric(out, point.key(), point.value(), point.timestampMillis(), point.step());
                        out.writeStringField("run_id", batch.runId());
                        out.writeEndObject();
                    }
                }
                out.writeEndArray();
            }
            out.writeEndObject();
        });
    }

    /** A value as MLflow's stores have it: the greatest double stands for infinity. */
    static double bounded(double value) {
        return Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE);
    }

    private static byte[] one(Run run, boolean outputs) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeFieldName("run");
            write(out, run, outputs);
            out.writeEndObject();
        });
    }

    private static void write(JsonGenerator out, Run run, boolean outputs) throws IOException {
        out.writeStartObject();
        out.writeFieldName("info");
        write(out, run.info());
        out.writeObjectFieldStart("data");
        if (!run.metrics().isEmpty()) {
            out.writeArrayFieldStart("metrics");
            for (Metric metric : run.metrics()) {
                out.writeStartObject();
                metric(out, metric.key(), metric.value(), metric.timestampMillis(), metric.step());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        if (!run.params().isEmpty()) {
            out.writeArrayFieldStart("params");
            for (Param param : run.params()) {
                out.writeStartObject();
                out.writeStringField("key", param.key());
                out.writeStringField("value", param.value());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        ExperimentJson.tags(out, run.tags());
        out.writeEndObject();
        out.writeFieldName("inputs");
        write(out, run.inputs());
        if (outputs) {
            out.writeObjectFieldStart("outputs");
            outputs(out, run.outputs());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, RunInputs inputs) throws IOException {
        out.writeStartObject();
        if (!inputs.datasets().isEmpty()) {
            out.writeArrayFieldStart("dataset_inputs");
            for (DatasetInput input : inputs.datasets()) {
                out.writeStartObject();
                ExperimentJson.tags(out, input.tags());
                out.writeFieldName("dataset");
                write(out, input.dataset());
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        if (!inputs.modelIds().isEmpty()) {
            out.writeArrayFieldStart("model_inputs");
            for (String modelId : inputs.modelIds()) {
                out.writeStartObject();
                out.writeStringField("model_id", modelId);
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Dataset dataset) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", dataset.name());
        out.writeStringField("digest", dataset.digest());
        out.writeStringField("source_type", dataset.sourceType());
        out.writeStringField("source", dataset.source());
        if (dataset.schema() != null && !dataset.schema().isEmpty()) {
            out.writeStringField("schema", dataset.schema());
        }
        if (dataset.profile() != null && !dataset.profile().isEmpty()) {
            out.writeStringField("profile", dataset.profile());
        }
        out.writeEndObject();
    }

    private static void outputs(JsonGenerator out, List<ModelOutput> outputs) throws IOException {
        if (outputs.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("model_outputs");
        for (ModelOutput output : outputs) {
            out.writeStartObject();
            out.writeStringField("model_id", output.modelId());
            out.writeNumberField("step", output.step());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, RunInfo info) throws IOException {
        out.writeStartObject();
        out.writeStringField("run_uuid", info.runId());
        out.writeStringField("experiment_id", info.experimentId());
        out.writeStringField("run_name", info.runName());
        out.writeStringField("user_id", info.userId());
        out.writeStringField("status", info.status().name());
        out.writeNumberField("start_time", info.startTimeMillis());
        if (info.endTimeMillis() != null) {
            out.writeNumberField("end_time", info.endTimeMillis());
        }
        out.writeStringField("artifact_uri", info.artifactUri());
        out.writeStringField("lifecycle_stage", ExperimentJson.stage(info.lifecycleStage()));
        out.writeStringField("run_id", info.runId());
        out.writeEndObject();
    }
}
