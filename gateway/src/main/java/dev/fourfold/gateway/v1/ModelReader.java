package dev.fourfold.gateway.v1;

import dev.fourfold.artifacts.ArtifactContent;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.answers.LoadedAnswer;
import dev.fourfold.gateway.answers.Subjects;
import dev.fourfold.gateway.files.ArtifactRoots;
import dev.fourfold.gateway.files.FileChanges;
import dev.fourfold.gateway.http.Json;
import dev.fourfold.metadata.registry.ModelAddress;
import dev.fourfold.metadata.registry.ModelVersion;
import dev.fourfold.metadata.registry.ModelVersionOperations;
import dev.fourfold.metadata.run.RunOperations;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;

/** What an address of a registered model names: the version, where its files are, and what goes in and comes out of it. */
@Singleton
final class ModelReader {

    private static final String OF_RUN = "runs:/";

    private final ModelVersionOperations versions;
    private final RunOperations runs;
    private final ArtifactOperations artifacts;
    private final ArtifactRoots roots;

    ModelReader(
            ModelVersionOperations versions, RunOperations runs, ArtifactOperations artifacts, ArtifactRoots roots) {
        this.versions = versions;
        this.runs = runs;
        this.artifacts = artifacts;
        this.roots = roots;
    }

    /** The answer about an address, and what makes it wrong. */
    LoadedAnswer load(String address) {
        var resolved = versions.resolve(new ModelAddress(address));
        ModelVersion version = resolved.version();
        var subjects = new HashSet<>(Subjects.ofModel(version.name()));
        String files = addressOfFiles(resolved.artifactUri());
        ModelDescription description = describe(files)
                .map(file -> {
                    subjects.addAll(Subjects.ofFile(file.value()));
                    return read(file);
                })
                .orElseGet(ModelDescription.Elsewhere::new);
        return new LoadedAnswer(rendered(address, version, files, description), subjects);
    }

    /** A run's files where they are in truth, which never changes; as it is said where there is no such run. */
    private String addressOfFiles(String uri) {
        if (!uri.startsWith(OF_RUN)) {
            return uri;
        }
        String below = uri.substring(OF_RUN.length());
        int slash = below.indexOf('/');
        String runId = slash < 0 ? below : below.substring(0, slash);
        try {
            return runs.get(runId).info().artifactUri() + below.substring(runId.length());
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.NotFound) {
                return uri;
            }
            throw e;
        }
    }

    /** The place of the description; empty where the files are not in our store. */
    private Optional<ArtifactPath> describe(String files) {
        try {
            return Optional.of(roots.locate(files).resolve(FileChanges.DESCRIPTION));
        } catch (ProblemException e) {
            return switch (e.problem()) {
                case Problem.Unsupported _, Problem.InvalidArgument _ -> Optional.empty();
                default -> throw e;
            };
        }
    }

    private ModelDescription read(ArtifactPath file) {
        try (ArtifactContent content = artifacts.get(file)) {
            return ModelDescription.read(content.stream());
        } catch (ProblemException e) {
            return switch (e.problem()) {
                case Problem.NotFound _, Problem.InvalidArgument _ -> new ModelDescription.Absent();
                default -> throw e;
            };
        } catch (IOException e) {
            throw new Problem.Unavailable(
                            "artifact-store",
                            "The model's description cannot be read now.",
                            ModelDescription.RETRY_AFTER)
                    .toException(e);
        }
    }

    private static byte[] rendered(String address, ModelVersion version, String files, ModelDescription description) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("uri", address);
            out.writeStringField("name", version.name());
            out.writeStringField("version", Long.toString(version.version()));
            out.writeStringField("stage", version.stage().label());
            out.writeArrayFieldStart("aliases");
            for (String alias : version.aliases()) {
                out.writeString(alias);
            }
            out.writeEndArray();
            out.writeStringField("run_id", version.runId().isEmpty() ? null : version.runId());
            out.writeStringField("source", version.source());
            out.writeStringField("artifact_uri", files);
            description.writeTo(out);
            out.writeEndObject();
        });
    }
}
