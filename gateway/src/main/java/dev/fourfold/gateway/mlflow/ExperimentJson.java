package dev.fourfold.gateway.mlflow;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.experiment.Experiment;
import dev.fourfold.metadata.experiment.ExperimentPage;
import java.io.IOException;
import java.util.List;

/** Experiments as MLflow writes them: what is unset or an empty list is left out. */
final class ExperimentJson {

    private ExperimentJson() {}

    static byte[] experiment(Experiment experiment) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeFieldName("experiment");
            write(out, experiment);
            out.writeEndObject();
        });
    }

    static byte[] id(String experimentId) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("experiment_id", experimentId);
            out.writeEndObject();
        });
    }

    static byte[] page(ExperimentPage page) {
        return Json.bytes(out -> {
            out.writeStartObject();
            if (!page.experiments().isEmpty()) {
                out.writeArrayFieldStart("experiments");
                for (Experiment experiment : page.experiments()) {
                    write(out, experiment);
                }
                out.writeEndArray();
            }
            if (page.nextPageToken() != null) {
                out.writeStringField("next_page_token", page.nextPageToken());
            }
            out.writeEndObject();
        });
    }

    static String stage(LifecycleStage stage) {
        return switch (stage) {
            case ACTIVE -> "active";
            case DELETED -> "deleted";
        };
    }

    static void tags(JsonGenerator out, List<Tag> tags) throws IOException {
        if (tags.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("tags");
        for (Tag tag : tags) {
            out.writeStartObject();
            out.writeStringField("key", tag.key());
            out.writeStringField("value", tag.value());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, Experiment experiment) throws IOException {
        out.writeStartObject();
        out.writeStringField("experiment_id", experiment.experimentId());
        out.writeStringField("name", experiment.name());
        out.writeStringField("artifact_location", experiment.artifactLocation());
        out.writeStringField("lifecycle_stage", stage(experiment.lifecycleStage()));
        out.writeNumberField("last_update_time", experiment.lastUpdateTimeMillis());
        out.writeNumberField("creation_time", experiment.creationTimeMillis());
        tags(out, experiment.tags());
        out.writeStringField("workspace", "default");
        out.writeEndObject();
    }
}
