package dev.fourfold.examples;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.ModelRegistry.ModelVersionStatus;
import org.mlflow.api.proto.ModelRegistry.RegisteredModel;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.Page;

/**
 * The model registry: a model, three versions, their stages, and a version's files. The client has methods to read it;
 * what writes goes through its {@code sendPost} and {@code sendPatch}.
 */
final class Models {

    private final MlflowClient client;
    private final Report report;
    private final Artifacts artifacts;

    Models(MlflowClient client, Report report, Artifacts artifacts) {
        this.client = client;
        this.report = report;
        this.artifacts = artifacts;
    }

    void check(String run, String path, String text) throws IOException, InterruptedException {
        report.section("The model registry");
        String name = "java-example-" + UUID.randomUUID();
        client.sendPost("registered-models/create", """
                {"name": "%s", "description": "a line", "tags": [{"key": "language", "value": "java"}]}
                """.formatted(name));
        String source = client.getRun(run).getInfo().getArtifactUri();
        for (int version = 1; version <= 3; version++) {
            client.sendPost("model-versions/create", """
                    {"name": "%s", "source": "%s", "run_id": "%s"}
                    """.formatted(name, source, run));
        }
        transition(name, 1, "Production");
        transition(name, 2, "Staging");
        client.sendPatch("model-versions/update", """
                {"name": "%s", "version": "2", "description": "the second"}
                """.formatted(name));
        model(name);
        version(name, run, source);
        latest(name);
        search(name);
        report.row("a version's file", text, artifacts.ofVersion(name, "1", path));
        transition(name, 2, "Production");
        report.row("archived by the next one", "Archived", stage(name, "1"));
        report.row("in production", "Production", stage(name, "2"));
        report.row("absent version", 404, Runs.status(() -> client.getModelVersion(name, "9")));
        report.row("absent model", 404, Runs.status(() -> client.getRegisteredModel(name + "-absent")));
    }

    private void model(String name) {
        RegisteredModel model = client.getRegisteredModel(name);
        report.row("description", "a line", model.getDescription());
        report.row("tag", "java", model.getTags(0).getValue());
        report.row("latest of each stage", 3, model.getLatestVersionsCount());
    }

    private void version(String name, String run, String source) {
        ModelVersion version = client.getModelVersion(name, "2");
        report.row("version", "2", version.getVersion());
        report.row("its run", run, version.getRunId());
        report.row("its source", source, version.getSource());
        report.row("its description", "the second", version.getDescription());
        report.row("its status", ModelVersionStatus.READY, version.getStatus());
        report.row("its stage", "Staging", version.getCurrentStage());
        report.row("its address", source, client.getModelVersionDownloadUri(name, "2"));
    }

    private void latest(String name) {
        report.row(
                "latest in production", List.of("1"), versions(client.getLatestVersions(name, List.of("Production"))));
        report.row(
                "latest in two stages",
                List.of("1", "2"),
                versions(client.getLatestVersions(name, List.of("Production", "Staging"))).stream()
                        .sorted()
                        .toList());
        report.row(
                "latest in every stage",
                List.of("1", "2", "3"),
                versions(client.getLatestVersions(name)).stream().sorted().toList());
    }

    private void search(String name) {
        Page<ModelVersion> page =
                client.searchModelVersions("name = '" + name + "'", 2, List.of("version_number DESC"));
        report.row("versions, first page", List.of("3", "2"), versions(page.getItems()));
        page = page.getNextPage();
        report.row("versions, second page", List.of("1"), versions(page.getItems()));
        report.row("a page after the last", false, page.hasNextPage());
    }

    private void transition(String name, int version, String stage) {
        client.sendPost("model-versions/transition-stage", """
                {"name": "%s", "version": "%d", "stage": "%s", "archive_existing_versions": true}
                """.formatted(name, version, stage));
    }

    private String stage(String name, String version) {
        return client.getModelVersion(name, version).getCurrentStage();
    }

    private static List<String> versions(Iterable<ModelVersion> versions) {
        return StreamSupport.stream(versions.spliterator(), false)
                .map(ModelVersion::getVersion)
                .toList();
    }
}
