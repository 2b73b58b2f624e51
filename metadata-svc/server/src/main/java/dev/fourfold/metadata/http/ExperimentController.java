package dev.fourfold.metadata.http;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.client.Name;
import dev.fourfold.metadata.experiment.CreateExperiment;
import dev.fourfold.metadata.experiment.Experiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.experiment.ExperimentPage;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;

/** Experiments, for other services of ours. */
@Controller("/metadata/experiments")
@AsProcess
final class ExperimentController {

    private final ExperimentOperations experiments;

    ExperimentController(ExperimentOperations experiments) {
        this.experiments = experiments;
    }

    @Post("/create")
    Experiment create(@Body CreateExperiment request) {
        return experiments.create(request);
    }

    @Get("/get")
    Experiment get(@QueryValue String experimentId) {
        return experiments.get(experimentId);
    }

    @Post("/get-by-name")
    Experiment getNamed(@Body Name name) {
        return experiments.getByName(name.name());
    }

    @Post("/search")
    ExperimentPage search(@Body ExperimentQuery query) {
        return experiments.search(query);
    }

    @Post("/rename")
    void rename(@QueryValue String experimentId, @Body Name newName) {
        experiments.rename(experimentId, newName.name());
    }

    @Post("/delete")
    void delete(@QueryValue String experimentId) {
        experiments.delete(experimentId);
    }

    @Post("/restore")
    void restore(@QueryValue String experimentId) {
        experiments.restore(experimentId);
    }

    @Post("/set-tag")
    void setTag(@QueryValue String experimentId, @Body Tag tag) {
        experiments.setTag(experimentId, tag);
    }

    @Post("/delete-tag")
    void deleteTag(@QueryValue String experimentId, @QueryValue String key) {
        experiments.deleteTag(experimentId, key);
    }
}
