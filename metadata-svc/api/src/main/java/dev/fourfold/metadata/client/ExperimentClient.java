package dev.fourfold.metadata.client;

import dev.fourfold.contract.http.BetweenServices;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.experiment.CreateExperiment;
import dev.fourfold.metadata.experiment.Experiment;
import dev.fourfold.metadata.experiment.ExperimentOperations;
import dev.fourfold.metadata.experiment.ExperimentPage;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.client.annotation.Client;

/** {@link ExperimentOperations} of a metadata-svc elsewhere. */
@BetweenServices
@Client(
        value = "${fourfold.metadata.url}",
        path = "/metadata/experiments",
        configuration = MetadataClientConfiguration.class)
@Requires(property = "fourfold.metadata.url")
interface ExperimentClient extends ExperimentOperations {

    @Override
    @Post("/create")
    Experiment create(@Body CreateExperiment request);

    @Override
    @Get("/get")
    Experiment get(@QueryValue String experimentId);

    @Override
    default Experiment getByName(String name) {
        return getNamed(new Name(name));
    }

    @Post("/get-by-name")
    Experiment getNamed(@Body Name name);

    @Override
    @Post("/search")
    ExperimentPage search(@Body ExperimentQuery query);

    @Override
    default void rename(String experimentId, String newName) {
        renameTo(experimentId, new Name(newName));
    }

    @Post("/rename")
    void renameTo(@QueryValue String experimentId, @Body Name newName);

    @Override
    @Post("/delete")
    void delete(@QueryValue String experimentId);

    @Override
    @Post("/restore")
    void restore(@QueryValue String experimentId);

    @Override
    @Post("/set-tag")
    void setTag(@QueryValue String experimentId, @Body Tag tag);

    @Override
    @Post("/delete-tag")
    void deleteTag(@QueryValue String experimentId, @QueryValue String key);
}
