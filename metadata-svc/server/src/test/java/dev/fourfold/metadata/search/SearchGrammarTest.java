package dev.fourfold.metadata.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.ViewType;
import dev.fourfold.metadata.experiment.ExperimentQuery;
import dev.fourfold.metadata.run.RunQuery;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/** What is printed from the types is read back as the same, and no text does anything but parse or be refused. */
class SearchGrammarTest {

    private static final String PIECES =
            "metrics.|params.|tags.|attributes.|datasets.|a|run_id|status|start_time|`|\"|'|''"
                    + "|\\|\\'| |  |\n|=|!=|<|>|<=|~|-|1|.5|1e5|1e999999999|0x1|(|)|,|;|.|*|--|# |/*|%|_|?|$1|IN|NOT|IS|NULL|LIKE"
                    + "|ILIKE|AND|OR|('a','b')|name|context|created|ü|\ud83d\ude00|\ud83d|\u0000|\u2028|ASC|desc|NULLS LAST";

    private final RunGrammar runs = new RunGrammar();

    @Property(tries = 3000, shrinking = ShrinkingMode.OFF)
    void printed_filter_reads_back_as_the_same(@ForAll("filters") Filter filter) {
        assertThat(runs.filter(print(filter))).isEqualTo(filter);
    }

    @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
    void printed_order_reads_back_as_the_same(@ForAll("orders") List<OrderKey> order) {
        assertThat(runs.order(order.stream().map(SearchGrammarTest::print).toList()))
                .isEqualTo(order);
    }

    @Property(tries = 5000, shrinking = ShrinkingMode.OFF)
    void any_text_parses_or_is_refused(@ForAll("texts") String text) {
        survives(() -> RunSearch.compile(runQuery(text, List.of(), null)));
        survives(() -> RunSearch.compile(runQuery(null, List.of(text), null)));
        survives(() -> RunSearch.compile(runQuery(null, List.of(), text)));
        survives(() ->
                ExperimentSearch.compile(new ExperimentQuery(text, List.of(text), ViewType.ACTIVE_ONLY, 10, null)));
        survives(() -> RunSearch.compile(new RunQuery(List.of(text), null, ViewType.ALL, 10, List.of(), null)));
    }

    /** The SQL of two queries of the same form is the same text: nothing of a value is in it. */
    @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
    void sql_holds_nothing_of_the_values(@ForAll("values") String one, @ForAll("values") String other) {
        assertThat(sql(one)).isEqualTo(sql(other));
    }

    @Property(tries = 1000, shrinking = ShrinkingMode.OFF)
    void whole_number_condition_means_the_same_as_the_decimal_one(
            @ForAll("numbers") WholeNumbers bound, @ForAll NumberOperator operator, @ForAll long value) {
        var near = bound.number().toBigInteger().longValue();
        for (long candidate : new long[] {value, near - 1, near, near + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            int sign = new java.math.BigDecimal(candidate).compareTo(bound.number());
            boolean expected = switch (operator) {
                case EQUAL -> sign == 0;
                case NOT_EQUAL -> sign != 0;
                case LESS -> sign < 0;
                case LESS_OR_EQUAL -> sign <= 0;
                case GREATER -> sign > 0;
                case GREATER_OR_EQUAL -> sign >= 0;
            };
            assertThat(holds(bound.toCondition(operator), candidate)).isEqualTo(expected);
        }
    }

    @Example
    void token_that_is_none_is_refused_and_an_empty_one_is_the_first_page() {
        RunSearch.compile(runQuery(null, List.of(), ""));
        var offset = Base64.getEncoder().encodeToString("{\"offset\": 100}".getBytes(StandardCharsets.UTF_8));
        for (var token : List.of("x", "%%%", offset, "AAAA", "ü")) {
            assertThatThrownBy(() -> RunSearch.compile(runQuery(null, List.of(), token)))
                    .as(token)
                    .isInstanceOf(ProblemException.class)
                    .hasMessageStartingWith("Invalid page token");
        }
    }

    @Example
    void token_cut_or_altered_never_faults() {
        var query = RunSearch.compile(runQuery(null, List.of("metrics.a", "params.b"), null));
        var rows = new ArrayList<PagedQuery.Row>();
        for (int i = 0; i < 11; i++) {
            rows.add(new PagedQuery.Row(i, List.of("0", "1.5", "0", "text", "7", "id")));
        }
        var token = String.valueOf(query.page(rows).nextPageToken());
        RunSearch.compile(runQuery(null, List.of("metrics.a", "params.b"), token));
        for (int i = 0; i < token.length(); i++) {
            var cut = token.substring(0, i);
            var altered = token.substring(0, i) + (token.charAt(i) == 'B' ? 'C' : 'B') + token.substring(i + 1);
            survives(() -> RunSearch.compile(runQuery(null, List.of("metrics.a", "params.b"), cut)));
            survives(() -> RunSearch.compile(runQuery(null, List.of("metrics.a", "params.b"), altered)));
        }
    }

    @Example
    void limits_are_kept() {
        for (int maxResults : new int[] {0, -1, 50_001}) {
            assertThatThrownBy(() -> RunSearch.compile(
                            new RunQuery(List.of("0"), null, ViewType.ALL, maxResults, List.of(), null)))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageStartingWith("Invalid value " + maxResults + " for parameter 'max_results'");
        }
        survives(() -> RunSearch.compile(runQuery("(".repeat(200_000), List.of(), null)));
        survives(() -> RunSearch.compile(runQuery("metrics.a > " + "9".repeat(200_000), List.of(), null)));
        survives(() -> RunSearch.compile(runQuery("start_time > " + "9".repeat(200_000), List.of(), null)));
        survives(() -> RunSearch.compile(runQuery("a.".repeat(100_000), List.of(), null)));
        survives(() -> RunSearch.compile(runQuery("'" + "\\'".repeat(100_000), List.of(), null)));
        survives(() -> RunSearch.compile(runQuery("tags.a = 'x' ".repeat(201), List.of(), null)));
    }

    private static boolean holds(WholeNumbers.LongCondition condition, long value) {
        return switch (condition) {
            case WholeNumbers.LongCondition.Constant(var outcome) -> outcome;
            case WholeNumbers.LongCondition.Compare(var sign, var bound) ->
                switch (sign) {
                    case "=" -> value == bound;
                    case "<>" -> value != bound;
                    case "<" -> value < bound;
                    case "<=" -> value <= bound;
                    case ">" -> value > bound;
                    case ">=" -> value >= bound;
                    default -> throw new AssertionError(sign);
                };
        };
    }

    private static String sql(String value) {
        var key = value.replace('"', '_');
        return RunSearch.compile(runQuery(
                        "params.\"" + key + "\" = \"" + key + "\" AND tags.\"" + key + "\" ILIKE \"" + key
                                + "\" AND datasets.name = \"" + key + "\" AND run_id IN (\"" + key.replace('\\', '/')
                                + "\")",
                        List.of("params.\"" + key + "\" DESC"),
                        null))
                .sql();
    }

    private static void survives(Runnable work) {
        try {
            work.run();
        } catch (ProblemException e) {
            assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class);
        }
    }

    private static RunQuery runQuery(@Nullable String filter, List<String> order, @Nullable String token) {
        return new RunQuery(List.of("0"), filter, ViewType.ACTIVE_ONLY, 10, order, token);
    }

    @Provide
    Arbitrary<String> texts() {
        var pieces = Arbitraries.of(PIECES.split("\\|")).list().ofMaxSize(15).map(list -> String.join("", list));
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(3, pieces),
                net.jqwik.api.Tuple.of(1, Arbitraries.strings().ofMaxLength(40)),
                net.jqwik.api.Tuple.of(
                        1, Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(60)));
    }

    /** Texts that can stand in double quotes: no quote, no NUL, no half pair, no backslash at the end. */
    @Provide
    Arbitrary<String> values() {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .withCharRange('\u00a1', '\u02ff')
                .ofMaxLength(20)
                .map(text -> text.replace("\"", "").replace("\\", "/"));
    }

    @Provide
    Arbitrary<WholeNumbers> numbers() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(number -> WholeNumbers.ofInteger(Long.toString(number))),
                Arbitraries.bigIntegers().map(number -> WholeNumbers.ofInteger(number.toString())),
                Arbitraries.doubles().map(number -> WholeNumbers.ofDecimal(Double.toString(number))),
                Arbitraries.of("9223372036854775807.5", "-9223372036854775808", "0.5", "-0.5", "1e400", "-1e400")
                        .map(WholeNumbers::ofDecimal));
    }

    @Provide
    Arbitrary<Filter> filters() {
        return clauses().list().ofMaxSize(5).map(Filter::new);
    }

    @Provide
    Arbitrary<List<OrderKey>> orders() {
        var up = Arbitraries.of(true, false);
        Arbitrary<OrderKey> keys = Arbitraries.oneOf(
                Combinators.combine(keys(), up).as((key, asc) -> new OrderKey.ByMetric(new Field.Metric(key), asc)),
                Combinators.combine(keys(), up).as((key, asc) -> new OrderKey.ByParam(new Field.Param(key), asc)),
                Combinators.combine(keys(), up).as((key, asc) -> new OrderKey.ByTag(new Field.Tag(key), asc)),
                Combinators.combine(Arbitraries.of(RunAttribute.values()), up)
                        .as((attribute, asc) -> new OrderKey.ByAttribute(new Field.Fixed(attribute), asc)));
        return keys.list().uniqueElements(OrderKey::field).ofMaxSize(4);
    }

    private static Arbitrary<Clause> clauses() {
        var operators = Arbitraries.of(NumberOperator.values());
        var texts = Arbitraries.of(RunAttribute.values()).filter(attribute -> !attribute.numeric());
        var wholes = Arbitraries.of(RunAttribute.values()).filter(RunAttribute::numeric);
        var numbers = Arbitraries.oneOf(
                Arbitraries.longs().map(number -> WholeNumbers.ofInteger(Long.toString(number))),
                Arbitraries.doubles().map(number -> WholeNumbers.ofDecimal(Double.toString(number))));
        return Arbitraries.oneOf(
                Combinators.combine(keys(), operators, Arbitraries.doubles()).as(Clause.MetricComparison::new),
                Combinators.combine(keys(), keyed()).as(Clause.ParamComparison::new),
                Combinators.combine(keys(), keyed()).as(Clause.TagComparison::new),
                Combinators.combine(texts, compared()).as(Clause.TextAttributeComparison::new),
                listed().map(condition -> new Clause.TextAttributeComparison(RunAttribute.RUN_ID, condition)),
                Combinators.combine(wholes, operators, numbers).as(Clause.NumberAttributeComparison::new),
                Combinators.combine(Arbitraries.of(DatasetField.values()), Arbitraries.oneOf(compared(), listed()))
                        .as(Clause.DatasetComparison::new));
    }

    private static Arbitrary<String> keys() {
        return Arbitraries.strings()
                .alpha()
                .numeric()
                .withChars("._-/ :é日")
                .ofMinLength(1)
                .ofMaxLength(12);
    }

    private static Arbitrary<TextCondition> compared() {
        var values = Arbitraries.strings()
                .withCharRange(' ', '~')
                .withChars("\n\té日")
                .ofMaxLength(12)
                .filter(text -> (text.indexOf('\'') < 0 || text.indexOf('"') < 0) && text.indexOf('\\') < 0);
        return Arbitraries.oneOf(
                values.map(TextCondition.Is::new),
                values.map(TextCondition.IsNot::new),
                Combinators.combine(values, Arbitraries.of(true, false)).as(TextCondition.Like::new));
    }

    private static Arbitrary<TextCondition> keyed() {
        return Arbitraries.oneOf(compared(), Arbitraries.of(new TextCondition.Absent(), new TextCondition.Present()));
    }

    private static Arbitrary<TextCondition> listed() {
        var values = Arbitraries.strings()
                .alpha()
                .withChars(" %_-,()")
                .ofMaxLength(8)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
        return Arbitraries.oneOf(values.map(TextCondition.OneOf::new), values.map(TextCondition.NoneOf::new));
    }

    private static String print(Filter filter) {
        return filter.clauses().stream().map(SearchGrammarTest::print).collect(Collectors.joining(" AND "));
    }

    private static String print(Clause clause) {
        return switch (clause) {
            case Clause.MetricComparison(var key, var operator, var value) ->
                "metrics." + quotedKey(key) + " " + operator.sign() + " " + print(value);
            case Clause.ParamComparison(var key, var condition) -> "params." + quotedKey(key) + print(condition);
            case Clause.TagComparison(var key, var condition) -> "tags." + quotedKey(key) + print(condition);
            case Clause.TextAttributeComparison(var attribute, var condition) -> attribute.key() + print(condition);
            case Clause.NumberAttributeComparison(var attribute, var operator, var value) ->
                attribute.key() + operator.sign() + value.number().toPlainString();
            case Clause.DatasetComparison(var field, var condition) -> "datasets." + field.key() + print(condition);
        };
    }

    private static String print(double value) {
        return Double.isInfinite(value) ? (value > 0 ? "1e999" : "-1e999") : Double.toString(value);
    }

    private static String print(TextCondition condition) {
        return switch (condition) {
            case TextCondition.Is(var value) -> "=" + quoted(value);
            case TextCondition.IsNot(var value) -> " != " + quoted(value);
            case TextCondition.Like(var pattern, var ignoreCase) ->
                (ignoreCase ? " ILIKE " : " like ") + quoted(pattern);
            case TextCondition.OneOf(var values) -> " IN " + print(values);
            case TextCondition.NoneOf(var values) -> " not in " + print(values);
            case TextCondition.Absent() -> " IS NULL";
            case TextCondition.Present() -> " is not null";
        };
    }

    private static String print(List<String> values) {
        return values.stream().map(SearchGrammarTest::quoted).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String quoted(String value) {
        return value.indexOf('\'') < 0 ? "'" + value + "'" : "\"" + value + "\"";
    }

    private static String quotedKey(String key) {
        return key.length() % 2 == 0 ? "`" + key + "`" : "\"" + key + "\"";
    }

    private static String print(OrderKey key) {
        var direction = key.ascending() ? " ASC" : " desc";
        return switch (key.field()) {
            case Field.Metric(var name) -> "metrics." + quotedKey(name) + direction;
            case Field.Param(var name) -> "params." + quotedKey(name) + direction;
            case Field.Tag(var name) -> "tags." + quotedKey(name) + direction;
            case Field.Fixed(var attribute) -> "attributes." + attribute.key() + direction.toUpperCase(Locale.ROOT);
            case Field.Dataset(var field) -> throw new AssertionError(field);
        };
    }
}
