package dev.fourfold.metadata.feature;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Features, by the rules of what fits a view. */
@Singleton
@ServesMetadata
final class FeatureService implements FeatureOperations {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,99}");
    private static final Pattern WHOLE = Pattern.compile("0|-?[1-9][0-9]{0,18}");
    private static final int MOST_FIELDS = 500;
    private static final int LONGEST_ARRAY = 10_000;
    private static final int LONGEST_KEY = 250;
    private static final int LONGEST_DESCRIPTION = 5_000;
    private static final int LARGEST_PAGE = 1_000;
    private static final long LONGEST_TTL_MILLIS = 100L * 366 * 24 * 3_600_000;
    private static final long GREATEST_LIMIT = 1L << 50;
    private static final int MOST_ATTEMPTS = 10;
    private static final Duration LONGEST_TURN = Duration.ofSeconds(5);

    private final FeatureStore store;
    private final FeatureConfiguration configuration;
    private final Turns turns = new Turns(LONGEST_TURN);

    FeatureService(FeatureStore store, FeatureConfiguration configuration) {
        this.store = store;
        this.configuration = configuration;
    }

    @Override
    public ViewState define(DefineView view) {
        checkName("The name of a feature view", view.name());
        checkName("The name of an entity key", view.entity().name());
        Texts.atMost(LONGEST_DESCRIPTION, "description", Texts.storable("description", view.description()));
        if (view.entity().type() != FeatureType.STRING && view.entity().type() != FeatureType.INT64) {
            throw Texts.invalid(
                    "An entity key is STRING or INT64, not " + view.entity().type() + ".");
        }
        checkCount("fields", view.fields().size(), MOST_FIELDS);
        var names = new HashSet<String>();
        for (NewField field : view.fields()) {
            checkName("The name of a field", field.name());
            if (!names.add(field.name())) {
                throw Texts.invalid("There are two fields named '" + field.name() + "'.");
            }
            Integer length = field.maxLength();
            if (length != null && (length < 1 || length > LONGEST_ARRAY)) {
                throw Texts.invalid("The array '" + field.name() + "' holds 1 to " + LONGEST_ARRAY + " at most, not "
                        + length + ".");
            }
        }
        checkLimit("ttl", view.ttlMillis(), LONGEST_TTL_MILLIS);
        checkLimit("max_rows", view.maxRows(), GREATEST_LIMIT);
        checkLimit("max_bytes", view.maxBytes(), GREATEST_LIMIT);
        return store.define(
                view,
                view.maxRows() == null ? configuration.maxRows() : view.maxRows(),
                view.maxBytes() == null ? configuration.maxBytes() : view.maxBytes());
    }

    @Override
    public ViewState get(String name) {
        return find(name);
    }

    @Override
    public ViewPage list(@Nullable String after, int limit) {
        checkCount("views", limit, LARGEST_PAGE);
        var found = store.list(after == null ? null : Texts.storable("cursor", after), limit + 1);
        boolean more = found.size() > limit;
        var page = more ? found.subList(0, limit) : found;
        return new ViewPage(page, more ? page.getLast().view().name() : null);
    }

    @Override
    public void delete(String name) {
        if (!NAME.matcher(name).matches() || !store.delete(name)) {
            throw FeatureProblems.notFound(name).toException();
        }
    }

    @Override
    public PushOutcome push(PushRows push) {
        checkCount("rows", push.rows().size(), PushRows.MOST_ROWS);
        return turns.take(push.view(), () -> pushInTurn(push));
    }

    private PushOutcome pushInTurn(PushRows push) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            FeatureView view = find(push.view()).view();
            var values = new RowValues(view);
            var rows = new TreeMap<String, CheckedRow>();
            long nowMillis = System.currentTimeMillis();
            for (PushedRow row : push.rows()) {
                checkEntity(view, row.entity());
                rows.merge(row.entity(), values.check(row), (a, b) -> later(a, b, nowMillis));
            }
            var outcome = store.push(view, List.copyOf(rows.values()), configuration.sweepGrace());
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
        throw FeatureProblems.changing(push.view()).toException();
    }

    @Override
    public Removed remove(RemoveRows rows) {
        checkCount("entities", rows.rows().size(), PushRows.MOST_ROWS);
        FeatureView view = find(rows.view()).view();
        for (RowMark row : rows.rows()) {
            checkEntity(view, row.entity());
        }
        return turns.take(rows.view(), () -> store.remove(rows))
                .map(Removed::new)
                .orElseThrow(() -> FeatureProblems.notFound(rows.view()).toException());
    }

    @Override
    public FoundRows read(ReadRows question) {
        if (!question.entities().isEmpty()) {
            checkCount("entities", question.entities().size(), ReadRows.MOST_ENTITIES);
        }
        if (!NAME.matcher(question.view()).matches()) {
            throw FeatureProblems.notFound(question.view()).toException();
        }
        // What cannot be stored has no row; asking PostgreSQL for it would be an error.
        var possible = question.entities().stream().filter(Texts::isStorable).toList();
        return store.read(new ReadRows(question.view(), possible))
                .orElseThrow(() -> FeatureProblems.notFound(question.view()).toException());
    }

    private ViewState find(String name) {
        if (!NAME.matcher(name).matches()) {
            throw FeatureProblems.notFound(name).toException();
        }
        return store.find(name).orElseThrow(() -> FeatureProblems.notFound(name).toException());
    }

    /** Which of two rows of an entity stays, as if the second were pushed after the first; without a time it is of now. */
    private static CheckedRow later(CheckedRow first, CheckedRow second, long nowMillis) {
        Long before = first.eventTimeMillis();
        Long after = second.eventTimeMillis();
        return after == null || after >= (before == null ? nowMillis : before) ? second : first;
    }

    private static void checkEntity(FeatureView view, String entity) {
        String key = view.entity().name();
        Texts.atMost(LONGEST_KEY, key, Texts.required(key, entity));
        if (view.entity().type() == FeatureType.INT64 && !isInt64(entity)) {
            throw Texts.invalid("The entity key '" + key + "' is INT64, and '" + Texts.cut(100, entity) + "' is not.");
        }
    }

    private static boolean isInt64(String text) {
        if (!WHOLE.matcher(text).matches()) {
            return false;
        }
        try {
            Long.parseLong(text);
            return true;
        } catch (NumberFormatException e) {
            return false; // Nineteen digits may be too many.
        }
    }

    private static void checkName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw Texts.invalid(what
                    + " has 1 to 100 letters, digits, underscores and hyphens, and begins with a letter or underscore; '"
                    + Texts.cut(100, name) + "' does not.");
        }
    }

    private static void checkCount(String what, int count, int most) {
        if (count < 1 || count > most) {
            throw Texts.invalid("There are 1 to " + most + " " + what + " in a request, not " + count + ".");
        }
    }

    private static void checkLimit(String what, @Nullable Long value, long most) {
        if (value != null && (value < 1 || value > most)) {
            throw Texts.invalid("'" + what + "' is out of its bounds: " + value + ".");
        }
    }
}
