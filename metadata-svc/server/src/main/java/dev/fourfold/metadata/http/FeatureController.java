package dev.fourfold.metadata.http;

import dev.fourfold.metadata.feature.DefineView;
import dev.fourfold.metadata.feature.FeatureOperations;
import dev.fourfold.metadata.feature.FoundRows;
import dev.fourfold.metadata.feature.PushOutcome;
import dev.fourfold.metadata.feature.PushRows;
import dev.fourfold.metadata.feature.ReadRows;
import dev.fourfold.metadata.feature.RemoveRows;
import dev.fourfold.metadata.feature.Removed;
import dev.fourfold.metadata.feature.ViewPage;
import dev.fourfold.metadata.feature.ViewState;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import org.jspecify.annotations.Nullable;

/** Features, for other services of ours. */
@Controller("/metadata/features")
@AsProcess
final class FeatureController {

    private final FeatureOperations features;

    FeatureController(FeatureOperations features) {
        this.features = features;
    }

    @Post("/define")
    ViewState define(@Body DefineView view) {
        return features.define(view);
    }

    @Get("/get")
    ViewState get(@QueryValue String name) {
        return features.get(name);
    }

    @Get("/list")
    ViewPage list(@QueryValue @Nullable String after, @QueryValue int limit) {
        return features.list(after, limit);
    }

    @Post("/delete")
    void delete(@QueryValue String name) {
        features.delete(name);
    }

    @Post("/push")
    PushOutcome push(@Body PushRows push) {
        return features.push(push);
    }

    @Post("/remove")
    Removed remove(@Body RemoveRows rows) {
        return features.remove(rows);
    }

    @Post("/read")
    FoundRows read(@Body ReadRows question) {
        return features.read(question);
    }
}
