package dev.fourfold.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.Page;

/** What the client offers on experiments: names, tags, search page by page, deletion. */
final class Experiments {

    private static final int MADE = 3;

    private final MlflowClient client;
    private final Report report;
    private final String id;
    private final String name;

    Experiments(MlflowClient client, Report report, String id, String name) {
        this.client = client;
        this.report = report;
        this.id = id;
        this.name = name;
    }

    void check() {
        report.section("Experiments");
        report.row("name", name, client.getExperiment(id).getName());
        report.row(
                "by name",
                id,
                client.getExperimentByName(name)
                        .map(Experiment::getExperimentId)
                        .orElse("none"));
        report.row(
                "absent name",
                true,
                client.getExperimentByName(name + "-absent").isEmpty());
        report.row("taken name", 400, Runs.status(() -> client.createExperiment(name)));
        client.setExperimentTag(id, "purpose", "example");
        report.row("tag", Map.of("purpose", "example"), tags(client.getExperiment(id)));
        client.renameExperiment(id, name + "-renamed");
        report.row("renamed", name + "-renamed", client.getExperiment(id).getName());
        search();
        client.deleteExperiment(id);
        report.row("deleted", "deleted", client.getExperiment(id).getLifecycleStage());
        report.row("a run in a deleted one", 400, Runs.status(() -> client.createRun(id)));
        client.restoreExperiment(id);
        report.row("restored", "active", client.getExperiment(id).getLifecycleStage());
    }

    private void search() {
        List<String> made = new ArrayList<>();
        for (int number = 0; number < MADE; number++) {
            made.add(client.createExperiment(CreateExperiment.newBuilder()
                    .setName(name + "-" + number)
                    .addTags(ExperimentTag.newBuilder().setKey("of").setValue(name))
                    .build()));
        }
        List<String> found = new ArrayList<>();
        Page<Experiment> page =
                client.searchExperiments("tags.of = '" + name + "'", ViewType.ACTIVE_ONLY, 2, List.of("name ASC"));
        page.getItems().forEach(experiment -> found.add(experiment.getExperimentId()));
        report.row("on the first page", 2, found.size());
        page = page.getNextPage();
        page.getItems().forEach(experiment -> found.add(experiment.getExperimentId()));
        report.row("found, page by page", made, found);
        report.row("a page after the last", false, page.hasNextPage());
        made.forEach(client::deleteExperiment);
        report.row(
                "found among deleted ones",
                MADE,
                client.searchExperiments("tags.of = '" + name + "'", ViewType.DELETED_ONLY, 10, List.of())
                        .getItems()
                        .size());
    }

    private static Map<String, String> tags(Experiment experiment) {
        return experiment.getTagsList().stream()
                .collect(Collectors.toMap(ExperimentTag::getKey, ExperimentTag::getValue));
    }
}
