package dev.fourfold.metadata.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * What a run read.
 *
 * @param datasets in the order in which they were logged
 * @param modelIds of logged models
 */
@Serdeable
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunInputs(List<DatasetInput> datasets, List<String> modelIds) {

    /** Nothing. */
    public static final RunInputs NONE = new RunInputs(List.of(), List.of());
}
