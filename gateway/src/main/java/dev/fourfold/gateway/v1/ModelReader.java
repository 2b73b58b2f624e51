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
import dev.fourfold.gateway.files.LateFiles;
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
    private final LateFiles lateFiles;

    ModelReader(
            ModelVersionOperations versions,
            RunOperations runs,
            ArtifactOperations artifacts,
            ArtifactRoots roots,
            LateFiles lateFiles) {
        this.versions = versions;
        this.runs = runs;
        this.artifacts = artifacts;
        this.roots = roots;
        this.lateFiles = lateFiles;
    }

    /** The answer about an address, and what makes it wrong. */
    LoadedAnswer load(String address) {
        var resolved = versions.resolve(new ModelAddress(address));
        ModelVersion version = resolved.version();
        var subjects = new HashSet<>(Subjects.ofModel(version.name()));
        runOf(resolved.artifactUri()).ifPresent(runId -> subjects.addAll(Subjects.ofPlace(runId)));
        String files = addressOfFiles(resolved.artifactUri());
        ModelDescription description = describe(files)
                .map(file -> {
                    subjects.addAll(Subjects.ofFile(file.value()));
                    LateFiles.runsOf(file).forEach(runId -> subjects.addAll(Subjects.ofPlace(runId)));
                    return read(file);
                })
                .orElseGet(ModelDescription.Elsewhere::new);
        return new LoadedAnswer(rendered(address, version, files, description), subjects);
    }

    /** The run that an address of files names. */
    private static Optional<String> runOf(String uri) {
        if (!uri.startsWith(OF_RUN)) {
            return Optional.empty();
        }
        int slash = uri.indexOf('/', OF_RUN.length());
        return Optional.of(slash < 0 ? uri.substring(OF_RUN.length()) : uri.substring(OF_RUN.length(), slash));
    }

    /** A run's files where they are in truth, which never changes while there is the run; else as it is said. */
    private String addressOfFiles(String uri) {
        Optional<String> run = runOf(uri);
        if (run.isEmpty()) {
            return uri;
        }
        String runId = run.get();
        try {
            return runs.get(runId).info().artifactUri() + uri.substring(OF_RUN.length() + runId.length());
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

    /** A purged run's file is absent from the first, whenever it is removed: that is told of by no write. */
    private ModelDescription read(ArtifactPath file) {
        try {
            lateFiles.refuse(file);
            try (ArtifactContent content = artifacts.get(file)) {
                return ModelDescription.read(content.stream());
            }
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
