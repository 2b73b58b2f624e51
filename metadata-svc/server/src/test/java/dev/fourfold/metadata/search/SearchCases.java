package dev.fourfold.metadata.search;

import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import dev.fourfold.metadata.run.RunQuery;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What MLflow 3.17.2 answered, on PostgreSQL, to searches over 10 experiments and 200 runs: recorded facts.
 *
 * @param experiments the seeded experiments
 * @param runs the seeded runs
 */
record SearchCases(
        List<JsonNode> experiments, List<JsonNode> runs, List<RunCase> runCases, List<ExperimentCase> experimentCases) {

    /** Python prints sets in any order. */
    private static final Pattern SET = Pattern.compile("\\{[^{}]*}");

    static final SearchCases MLFLOW = load();

    /** What the reference made of a search. */
    sealed interface Outcome {
        /** Indexes of runs, or ids of experiments, in order. */
        record Found(List<Integer> ids) implements Outcome {}

        /** Its status was 400, with this message. */
        record Refused(String message) implements Outcome {}

        /** Its status was 500. */
        record Faulted(String message) implements Outcome {}
    }

    record RunCase(RunQuery query, Outcome outcome) {
        @Override
        public String toString() {
            return query.filter() + " " + query.orderBy() + " " + query.viewType() + " " + query.experimentIds();
        }
    }

    record ExperimentCase(ExperimentQuery query, Outcome outcome) {
        @Override
        public String toString() {
            return query.filter() + " " + query.orderBy() + " " + query.viewType();
        }
    }

    /** The message with the members of sets in one order. */
    static String comparable(String message) {
        return SET.matcher(message).replaceAll(set -> {
            var body = set.group().substring(1, set.group().length() - 1);
            var members = new ArrayList<>(List.of(body.split(", ")));
            members.sort(null);
            return Pattern.compile("[\\\\$]")
                    .matcher("{" + String.join(", ", members) + "}")
                    .replaceAll("\\\\$0");
        });
    }

    private static SearchCases load() {
        try (var in = SearchCases.class.getResourceAsStream("/search/mlflow-3.17.2.json")) {
            if (in == null) {
                throw new IllegalStateException("the recorded cases are missing");
            }
            var root = JsonMapper.createDefault().readValue(in.readAllBytes(), JsonNode.class);
            var runCases = new ArrayList<RunCase>();
            for (var node : root.get("runCases").values()) {
                runCases.add(new RunCase(runQuery(node, 1000, null), outcome(node)));
            }
            var experimentCases = new ArrayList<ExperimentCase>();
            for (var node : root.get("experimentCases").values()) {
                var query = new ExperimentQuery(
                        text(node, "filter"),
                        texts(node.get("order")),
                        ViewType.valueOf(text(node, "view")),
                        1000,
                        null);
                experimentCases.add(new ExperimentCase(query, outcome(node)));
            }
            return new SearchCases(list(root.get("experiments")), list(root.get("runs")), runCases, experimentCases);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RunQuery runQuery(JsonNode node, int maxResults, @Nullable String token) {
        return new RunQuery(
                texts(node.get("experiments")),
                text(node, "filter"),
                ViewType.valueOf(text(node, "view")),
                maxResults,
                texts(node.get("order")),
                token);
    }

    private static Outcome outcome(JsonNode node) {
        if (node.get("found") != null) {
            var ids = new ArrayList<Integer>();
            node.get("found").values().forEach(id -> ids.add(id.getIntValue()));
            return new Outcome.Found(ids);
        }
        return node.get("refused") != null
                ? new Outcome.Refused(text(node, "refused"))
                : new Outcome.Faulted(text(node, "fault"));
    }

    static String text(JsonNode node, String key) {
        return node.get(key).getStringValue();
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.values().forEach(text -> texts.add(text.getStringValue()));
        return texts;
    }

    private static List<JsonNode> list(JsonNode array) {
        var nodes = new ArrayList<JsonNode>();
        array.values().forEach(nodes::add);
        return nodes;
    }
}
