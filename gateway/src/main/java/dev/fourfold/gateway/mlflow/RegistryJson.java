package dev.fourfold.gateway.mlflow;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.metadata.registry.ModelAlias;
import dev.fourfold.metadata.registry.ModelVersion;
import dev.fourfold.metadata.registry.ModelVersionPage;
import dev.fourfold.metadata.registry.RegisteredModel;
import dev.fourfold.metadata.registry.RegisteredModelPage;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The model registry as MLflow writes it: what is unset or an empty list is left out; numbers of versions are texts. */
final class RegistryJson {

    private RegistryJson() {}

    static byte[] model(RegisteredModel model) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeFieldName("registered_model");
            write(out, model);
            out.writeEndObject();
        });
    }

    static byte[] models(RegisteredModelPage page) {
        return Json.bytes(out -> {
            out.writeStartObject();
            if (!page.models().isEmpty()) {
                out.writeArrayFieldStart("registered_models");
                for (RegisteredModel model : page.models()) {
                    write(out, model);
                }
                out.writeEndArray();
            }
            token(out, page.nextPageToken());
            out.writeEndObject();
        });
    }

    static byte[] version(ModelVersion version) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeFieldName("model_version");
            write(out, version);
            out.writeEndObject();
        });
    }

    static byte[] versions(List<ModelVersion> versions) {
        return versions(new ModelVersionPage(versions, null));
    }

    static byte[] versions(ModelVersionPage page) {
        return Json.bytes(out -> {
            out.writeStartObject();
            write(out, "model_versions", page.versions());
            token(out, page.nextPageToken());
            out.writeEndObject();
        });
    }

    static byte[] artifactUri(String artifactUri) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("artifact_uri", artifactUri);
            out.writeEndObject();
        });
    }

    private static void write(JsonGenerator out, RegisteredModel model) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", model.name());
        out.writeNumberField("creation_timestamp", model.creationTimeMillis());
        out.writeNumberField("last_updated_timestamp", model.lastUpdatedTimeMillis());
        if (model.description() != null && !model.description().isEmpty()) {
            out.writeStringField("description", model.description());
        }
        write(out, "latest_versions", model.latestVersions());
        ExperimentJson.tags(out, model.tags());
        if (!model.aliases().isEmpty()) {
            out.writeArrayFieldStart("aliases");
            for (ModelAlias alias : model.aliases()) {
                out.writeStartObject();
                out.writeStringField("alias", alias.alias());
                out.writeStringField("version", Long.toString(alias.version()));
                out.writeEndObject();
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, String field, List<ModelVersion> versions) throws IOException {
        if (versions.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart(field);
        for (ModelVersion version : versions) {
            write(out, version);
        }
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, ModelVersion version) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", version.name());
        out.writeStringField("version", Long.toString(version.version()));
        out.writeNumberField("creation_timestamp", version.creationTimeMillis());
        out.writeNumberField("last_updated_timestamp", version.lastUpdatedTimeMillis());
        out.writeStringField("current_stage", version.stage().label());
        if (version.description() != null) {
            out.writeStringField("description", version.description());
        }
        out.writeStringField("source", version.source());
        out.writeStringField("run_id", version.runId());
        out.writeStringField("status", "READY");
        ExperimentJson.tags(out, version.tags());
        out.writeStringField("run_link", version.runLink());
        if (!version.aliases().isEmpty()) {
            out.writeArrayFieldStart("aliases");
            for (String alias : version.aliases()) {
                out.writeString(alias);
            }
            out.writeEndArray();
        }
        out.writeEndObject();
    }

    private static void token(JsonGenerator out, @Nullable String token) throws IOException {
        if (token != null) {
            out.writeStringField("next_page_token", token);
        }
    }
}
