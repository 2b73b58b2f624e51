package dev.fourfold.metadata.run;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.text.Texts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/** MLflow's rules for what a run may read and make, checked before anything is stored. */
final class InputRules {

    private static final int MAX_SOURCE_TYPE_LENGTH = 255;
    private static final int MAX_SOURCE_LENGTH = 65_535;
    private static final int MAX_SCHEMA_LENGTH = 1_048_575;
    private static final int MAX_PROFILE_LENGTH = 16_777_215;
    private static final int MAX_TAG_KEY_LENGTH = 255;
    private static final int MAX_TAG_VALUE_LENGTH = 500;

    /** No logged model has an id as long as this, but MLflow takes any. */
    private static final int MAX_MODEL_ID_LENGTH = 255;

    private InputRules() {}

    /** The inputs without repetitions: of a dataset that is there twice the first use counts. */
    static RunInputs checked(RunInputs inputs) {
        var datasets = new LinkedHashMap<Identity, DatasetInput>();
        for (var input : inputs.datasets()) {
            check(input.dataset());
            check(input.tags());
            datasets.putIfAbsent(
                    new Identity(input.dataset().name(), input.dataset().digest()), input);
        }
        inputs.modelIds().forEach(InputRules::checkModelId);
        return new RunInputs(
                new ArrayList<>(datasets.values()), new ArrayList<>(new LinkedHashSet<>(inputs.modelIds())));
    }

    /** The outputs without repetitions: the first step of a model counts. */
    static List<ModelOutput> checked(List<ModelOutput> outputs) {
        var models = new LinkedHashMap<String, ModelOutput>();
        for (var output : outputs) {
            checkModelId(output.modelId());
            models.putIfAbsent(output.modelId(), output);
        }
        return List.copyOf(models.values());
    }

    private static void checkModelId(String modelId) {
        Texts.atMost(MAX_MODEL_ID_LENGTH, "model_id", Texts.storable("model_id", modelId));
    }

    private static void check(Dataset dataset) {
        text("name", dataset.name(), RunRules.MAX_DATASET_NAME_LENGTH);
        text("digest", dataset.digest(), RunRules.MAX_DATASET_DIGEST_LENGTH);
        text("source_type", dataset.sourceType(), MAX_SOURCE_TYPE_LENGTH);
        text("source", dataset.source(), MAX_SOURCE_LENGTH);
        if (dataset.schema() != null) {
            text("schema", dataset.schema(), MAX_SCHEMA_LENGTH);
        }
        if (dataset.profile() != null) {
            text("profile", dataset.profile(), MAX_PROFILE_LENGTH);
        }
    }

    private static void check(List<Tag> tags) {
        var keys = new HashSet<String>();
        for (var tag : tags) {
            text("key", tag.key(), MAX_TAG_KEY_LENGTH);
            text("value", tag.value(), MAX_TAG_VALUE_LENGTH);
            if (!keys.add(tag.key())) {
                throw Texts.invalid("Duplicate tag keys have been submitted: ['" + tag.key() + "'].");
            }
        }
    }

    private static void text(String parameter, String text, int limit) {
        Texts.atMost(limit, parameter, Texts.storable(parameter, text));
    }

    /** What tells datasets of an experiment apart. */
    private record Identity(String name, String digest) {}
}
