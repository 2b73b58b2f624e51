package dev.fourfold.gateway.mlflow;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.artifacts.ArtifactEntry;
import dev.fourfold.gateway.http.Json;
import java.io.IOException;
import java.util.List;

/** Listings as MLflow writes them: a size of 0 is unset, and what is unset is left out. */
final class ArtifactJson {

    private ArtifactJson() {}

    /** A listing of the proxy: names without their directory. */
    static byte[] names(List<ArtifactEntry> entries) {
        return Json.bytes(out -> {
            out.writeStartObject();
            files(out, entries, "");
            out.writeEndObject();
        });
    }

    /** A listing of a run: paths from the run's root. */
    static byte[] paths(String rootUri, String directory, List<ArtifactEntry> entries) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("root_uri", rootUri);
            files(out, entries, directory.isEmpty() ? "" : directory + "/");
            out.writeEndObject();
        });
    }

    private static void files(JsonGenerator out, List<ArtifactEntry> entries, String prefix) throws IOException {
        if (entries.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("files");
        for (ArtifactEntry entry : entries) {
            out.writeStartObject();
            out.writeStringField("path", prefix + entry.name());
            out.writeBooleanField("is_dir", entry.directory());
            if (!entry.directory() && entry.size() != 0) {
                out.writeNumberField("file_size", entry.size());
            }
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
