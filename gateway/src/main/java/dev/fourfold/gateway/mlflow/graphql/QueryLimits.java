package dev.fourfold.gateway.mlflow.graphql;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How much one document may ask for: MLflow's limits, with fragments counted where they are used. */
final class QueryLimits {

    private static final int MOST_ROOT_FIELDS = 10;
    private static final int MOST_ALIASES = 10;
    private static final int MOST_SELECTIONS = 1000;
    private static final int DEEPEST = 10;

    private final Document document;
    private int rootFields;
    private int aliases;
    private int selections;
    private @Nullable String excess;

    private QueryLimits(Document document) {
        this.document = document;
    }

    /** Says what is too much, if anything is. */
    static Optional<String> excess(Document document) {
        var limits = new QueryLimits(document);
        for (OperationDefinition operation : document.getDefinitionsOfType(OperationDefinition.class)) {
            limits.scan(operation.getSelectionSet(), 1);
        }
        if (limits.excess != null) {
            return Optional.of(limits.excess);
        }
        if (limits.rootFields > MOST_ROOT_FIELDS) {
            return Optional.of(atMost(MOST_ROOT_FIELDS, "root fields", limits.rootFields));
        }
        return limits.aliases > MOST_ALIASES
                ? Optional.of(atMost(MOST_ALIASES, "aliases", limits.aliases))
                : Optional.empty();
    }

    private static String atMost(int most, String what, int got) {
        return "GraphQL queries should have at most " + most + " " + what + ", got " + got + " " + what + ".";
    }

    private void scan(@Nullable SelectionSet set, int depth) {
        if (set == null || excess != null) {
            return;
        }
        if (depth > DEEPEST) {
            excess = "Query exceeds maximum depth of " + DEEPEST;
            return;
        }
        List<Field> fields = fields(set);
        aliases = Math.max(aliases, (int)
                fields.stream().filter(field -> field.getAlias() != null).count());
        if (depth == 1) {
            rootFields += fields.size();
        }
        selections += fields.size();
        if (selections > MOST_SELECTIONS) {
            excess = "Query exceeds maximum total selections of " + MOST_SELECTIONS;
            return;
        }
        for (Field field : fields) {
            scan(field.getSelectionSet(), depth + 1);
        }
    }

    /** The fields of one level, those of its fragments among them; each fragment once, so that a circle ends. */
    private List<Field> fields(SelectionSet level) {
        var fields = new ArrayList<Field>();
        var seen = new HashSet<String>();
        var sets = new ArrayDeque<SelectionSet>();
        sets.add(level);
        while (!sets.isEmpty()) {
            for (Selection<?> selection : sets.remove().getSelections()) {
                if (selection instanceof Field field) {
                    fields.add(field);
                } else if (selection instanceof InlineFragment inline) {
                    sets.add(inline.getSelectionSet());
                } else if (selection instanceof FragmentSpread spread && seen.add(spread.getName())) {
                    fragment(spread.getName()).ifPresent(found -> sets.add(found.getSelectionSet()));
                }
            }
        }
        return fields;
    }

    private Optional<FragmentDefinition> fragment(String name) {
        return document.getDefinitionsOfType(FragmentDefinition.class).stream()
                .filter(fragment -> fragment.getName().equals(name))
                .findFirst();
    }
}
