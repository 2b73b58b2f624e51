package dev.fourfold.metadata.run;

import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.text.Keys;
import dev.fourfold.metadata.text.Python;
import dev.fourfold.metadata.text.Texts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/** MLflow's rules for what a run may hold, checked before anything is stored. */
final class RunRules {

    static final int MAX_TAG_VALUE_LENGTH = 8000;
    static final int MAX_DATASET_NAME_LENGTH = 500;
    static final int MAX_DATASET_DIGEST_LENGTH = 36;
    private static final int MAX_PARAM_VALUE_LENGTH = 6000;
    private static final int MAX_METRICS = 1000;
    private static final int MAX_PARAMS_OR_TAGS = 100;
    private static final int MAX_TOGETHER = 1000;
    private static final Pattern RUN_ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,255}");

    private RunRules() {}

    /** Whether a run may have this id at all; no store need be asked for any other. */
    static boolean isRunId(String runId) {
        return RUN_ID.matcher(runId).matches();
    }

    /** The changes with long values cut; throws for what cannot be accepted. */
    static RunChanges checked(String runId, RunChanges changes) {
        if (!isRunId(runId)) {
            throw changes.single()
                    ? RunProblems.notFound(runId).toException()
                    : Texts.invalid("Invalid value " + Python.json(runId) + " for parameter 'run_id' supplied.");
        }
        for (int i = 0; i < changes.metrics().size(); i++) {
            check(changes.metrics().get(i), path(changes, "metrics", i));
        }
        var params = new ArrayList<Param>(changes.params().size());
        for (int i = 0; i < changes.params().size(); i++) {
            params.add(checked(changes.params().get(i), path(changes, "params", i)));
        }
        var tags = new ArrayList<Tag>(changes.tags().size());
        for (int i = 0; i < changes.tags().size(); i++) {
            tags.add(checked(changes.tags().get(i), path(changes, "tags", i)));
        }
        checkCounts(changes);
        checkUnique(params);
        return new RunChanges(changes.metrics(), params, tags, changes.single());
    }

    /** The tags that a run is created with: MLflow takes any key there. */
    static Tag checkedAtCreation(Tag tag) {
        Texts.atMost(Keys.MAX_LENGTH, "key", Texts.storable("key", tag.key()));
        return new Tag(tag.key(), Texts.cut(MAX_TAG_VALUE_LENGTH, Texts.storable("value", tag.value())));
    }

    private static void check(Metric metric, String path) {
        if ((metric.datasetName() == null) != (metric.datasetDigest() == null)) {
            throw Texts.invalid("Both dataset_name and dataset_digest must be provided if one is provided");
        }
        Texts.required(path + "key", metric.key());
        Keys.check(path + "name", metric.key());
        if (metric.timestampMillis() < 0) {
            throw Texts.invalid("Invalid value " + metric.timestampMillis() + " for parameter '" + path
                    + "timestamp' supplied: metric '" + metric.key() + "' (value=" + Python.number(metric.value())
                    + "). Timestamp must be a nonnegative long (64-bit integer) ");
        }
        Texts.atMost(Keys.MAX_LENGTH, "Metric name", metric.key());
        if (metric.datasetName() != null && metric.datasetDigest() != null) {
            Texts.storable(path + "dataset_name", metric.datasetName());
            Texts.storable(path + "dataset_digest", metric.datasetDigest());
            Texts.atMost(MAX_DATASET_NAME_LENGTH, "dataset_name", metric.datasetName());
            Texts.atMost(MAX_DATASET_DIGEST_LENGTH, "dataset_digest", metric.datasetDigest());
        }
        if (metric.modelId() != null) {
            Texts.storable(path + "model_id", metric.modelId());
        }
    }

    private static Param checked(Param param, String path) {
        Texts.required(path + "key", param.key());
        Keys.check(path + "key", param.key());
        Texts.atMost(Keys.MAX_LENGTH, "Param key", param.key());
        return new Param(param.key(), Texts.cut(MAX_PARAM_VALUE_LENGTH, Texts.storable(path + "value", param.value())));
    }

    private static Tag checked(Tag tag, String path) {
        Texts.required(path + "key", tag.key());
        Keys.check(path + "key", tag.key());
        Texts.atMost(Keys.MAX_LENGTH, path + "key", tag.key());
        return new Tag(tag.key(), Texts.cut(MAX_TAG_VALUE_LENGTH, Texts.storable(path + "value", tag.value())));
    }

    private static void checkCounts(RunChanges changes) {
        int metrics = changes.metrics().size();
        int params = changes.params().size();
        int tags = changes.tags().size();
        checkCount("metrics", MAX_METRICS, metrics);
        checkCount("params", MAX_PARAMS_OR_TAGS, params);
        checkCount("tags", MAX_PARAMS_OR_TAGS, tags);
        checkCount("metrics, params, and tags", MAX_TOGETHER, metrics + params + tags);
    }

    private static void checkCount(String what, int limit, int count) {
        if (count > limit) {
            throw Texts.invalid("A batch logging request can contain at most " + limit + " " + what + ". Got " + count
                    + " " + what + ". Please split up " + what + " across multiple requests and try again.");
        }
    }

    private static void checkUnique(List<Param> params) {
        var seen = new HashSet<String>();
        var repeated =
                params.stream().map(Param::key).filter(key -> !seen.add(key)).toList();
        if (!repeated.isEmpty()) {
            throw Texts.invalid("Duplicate parameter keys have been submitted: " + Python.literal(repeated)
                    + ". Please ensure the request contains only one param value per param key.");
        }
    }

    private static String path(RunChanges changes, String list, int index) {
        return changes.single() ? "" : list + "[" + index + "].";
    }
}
