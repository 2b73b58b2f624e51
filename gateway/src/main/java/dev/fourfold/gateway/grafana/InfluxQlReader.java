package dev.fourfold.gateway.grafana;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.grafana.InfluxQl.All;
import dev.fourfold.gateway.grafana.InfluxQl.Column;
import dev.fourfold.gateway.grafana.InfluxQl.Computed;
import dev.fourfold.gateway.grafana.InfluxQl.Condition;
import dev.fourfold.gateway.grafana.InfluxQl.Equal;
import dev.fourfold.gateway.grafana.InfluxQl.Fill;
import dev.fourfold.gateway.grafana.InfluxQl.Found;
import dev.fourfold.gateway.grafana.InfluxQl.Function;
import dev.fourfold.gateway.grafana.InfluxQl.Grouping;
import dev.fourfold.gateway.grafana.InfluxQl.Name;
import dev.fourfold.gateway.grafana.InfluxQl.OneOf;
import dev.fourfold.gateway.grafana.InfluxQl.Parts;
import dev.fourfold.gateway.grafana.InfluxQl.Plain;
import dev.fourfold.gateway.grafana.InfluxQl.Range;
import dev.fourfold.gateway.grafana.InfluxQl.Select;
import dev.fourfold.gateway.grafana.InfluxQl.Source;
import dev.fourfold.gateway.grafana.InfluxQl.Step;
import dev.fourfold.gateway.grafana.InfluxQl.Where;
import dev.fourfold.gateway.query.TextCursor;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads one statement; what is not offered here is refused by its name, and what is no InfluxQL by its place. Nothing of
 * the text goes on from here but names, numbers and patterns.
 */
final class InfluxQlReader extends TextCursor {

    /** The one database, and what Grafana calls a retention policy that was not chosen. */
    static final String DATABASE = "fourfold";

    static final String POLICY = "autogen";
    private static final Set<String> POLICIES = Set.of(POLICY, "default");

    /** A thousand ids of runs, and some. */
    static final int LONGEST = 100_000;

    private static final int DEEPEST = 20;
    private static final int MOST_COLUMNS = 20;

    /** How often an expression may repeat a part of itself, nested repetitions multiplied: a program as long is made of it. */
    private static final int MOST_REPETITIONS = 1_000;

    private static final java.util.regex.Pattern REPETITION = java.util.regex.Pattern.compile("\\{(\\d+)(?:,(\\d*))?}");
    private static final long MILLI = 1_000_000;

    private static final String STEP = "step";
    private static final String TIME = "time";

    private final Instant now;
    private int depth;
    private Range time = Range.ALL;
    private Range steps = Range.ALL;
    private int bounds;

    private InfluxQlReader(String text, Instant now) {
        super(text, true);
        this.now = now;
    }

    /** The one statement of a text. */
    static InfluxQl read(String text, Instant now) {
        if (text.length() > LONGEST) {
            throw new Problem.InvalidArgument("A statement has up to " + LONGEST + " characters.").toException();
        }
        var reader = new InfluxQlReader(text, now);
        InfluxQl statement = reader.statement();
        reader.take(";");
        if (!reader.atEnd()) {
            throw reader.wrong("the statement should end, and only one is taken");
        }
        return statement;
    }

    /** What a data source may name as its database and its policy. */
    static void check(@Nullable String database, @Nullable String policy) {
        if (database != null && !database.isEmpty() && !database.equals(DATABASE)) {
            throw new Problem.NotFound("database not found: " + database + " (the one here is " + DATABASE + ")")
                    .toException();
        }
        if (policy != null && !policy.isEmpty() && !POLICIES.contains(policy)) {
            throw new Problem.NotFound("retention policy not found: " + policy).toException();
        }
    }

    private InfluxQl statement() {
        String word = word();
        return switch (word.toUpperCase(Locale.ROOT)) {
            case "SELECT" -> select();
            case "SHOW" -> show();
            case "" -> throw wrong("SELECT or SHOW is expected");
            default -> throw notOffered("'" + word + "'");
        };
    }

    private InfluxQl show() {
        String what = word().toUpperCase(Locale.ROOT);
        return switch (what) {
            case "MEASUREMENTS" -> {
                on();
                Name names = new Name.Any();
                if (takeWord("WITH")) {
                    expectWord("MEASUREMENT");
                    names = names();
                }
                yield new InfluxQl.ShowMeasurements(names, where(), limit("LIMIT"));
            }
            case "TAG" -> {
                if (takeWord("KEYS")) {
                    on();
                    Source from = optionalSource();
                    where(); // The tags are the same whatever is chosen.
                    yield new InfluxQl.ShowTagKeys(from, limit("LIMIT"));
                }
                expectWord("VALUES");
                on();
                Source from = optionalSource();
                expectWord("WITH");
                expectWord("KEY");
                Name keys = names();
                yield new InfluxQl.ShowTagValues(from, keys, where(), limit("LIMIT"));
            }
            case "FIELD" -> {
                expectWord("KEYS");
                on();
                yield new InfluxQl.ShowFieldKeys(optionalSource(), limit("LIMIT"));
            }
            case "RETENTION" -> {
                expectWord("POLICIES");
                on();
                yield new InfluxQl.ShowRetentionPolicies();
            }
            case "DATABASES" -> new InfluxQl.ShowDatabases();
            default -> throw notOffered("'SHOW " + what + "'");
        };
    }

    private void on() {
        if (takeWord("ON")) {
            check(identifier(), null);
        }
    }

    private @Nullable Source optionalSource() {
        return takeWord("FROM") ? source() : null;
    }

    /** {@code = "a"}, {@code =~ /a/} or {@code IN ("a", "b")}. */
    private Name names() {
        if (takeWord("IN")) {
            var names = new ArrayList<String>();
            expect("(");
            do {
                names.add(identifier());
            } while (take(","));
            expect(")");
            return new Name.OneOf(names);
        }
        if (take("=~")) {
            return new Name.Matching(compile(expression()));
        }
        expect("=");
        return new Name.OneOf(List.of(identifier()));
    }

    private InfluxQl select() {
        List<Column> columns = columns();
        if (takeWord("INTO")) {
            throw notOffered("INTO: this only reads");
        }
        expectWord("FROM");
        Source from = source();
        Where where = where();
        Grouping grouping = grouping();
        Fill fill = fill();
        boolean descending = descending();
        int limit = limit("LIMIT");
        refuseWord("OFFSET");
        int seriesLimit = limit("SLIMIT");
        refuseWord("SOFFSET");
        if (takeWord("tz")) {
            throw notOffered("tz(): parts of time are cut in UTC");
        }
        check(columns, grouping);
        return new Select(columns, from, where, grouping, fill, descending, limit, seriesLimit);
    }

    private void check(List<Column> columns, Grouping grouping) {
        boolean computed = columns.stream().anyMatch(Computed.class::isInstance);
        if (computed && !columns.stream().allMatch(Computed.class::isInstance)) {
            throw refusal("Computed columns and values as they were logged are not mixed in one statement.");
        }
        if (grouping.parts() != null && !computed) {
            throw refusal("What is grouped by time or step is computed: as in SELECT mean(\"loss\").");
        }
        if (!computed && columns.stream().allMatch(Step.class::isInstance)) {
            throw refusal("A metric is missing, as in SELECT \"step\", \"loss\".");
        }
    }

    private List<Column> columns() {
        var columns = new ArrayList<Column>();
        var taken = new HashMap<String, Integer>();
        do {
            skipSpace();
            if (peek("*")) {
                throw notOffered("'*': metrics are named, and SHOW FIELD KEYS names them");
            }
            if (takeWord(TIME)) {
                continue; // Every answer has it.
            }
            if (columns.size() == MOST_COLUMNS) {
                throw refusal("At most " + MOST_COLUMNS + " columns.");
            }
            columns.add(column(taken));
            skipSpace();
            if (at < text.length() && "+-*/%&|^".indexOf(text.charAt(at)) >= 0) {
                throw notOffered("arithmetic");
            }
        } while (take(","));
        if (columns.isEmpty()) {
            throw wrong("a column beside the time is expected");
        }
        return columns;
    }

    private Column column(HashMap<String, Integer> taken) {
        skipSpace();
        boolean quoted = peek("\"");
        int start = at;
        String name = identifier();
        if (!quoted && peek("(")) {
            at++;
            Function function = Arrays.stream(Function.values())
                    .filter(one -> one.word().equalsIgnoreCase(name))
                    .findFirst()
                    .orElse(null);
            if (function == null) {
                at = start;
                throw notOffered("'" + name + "()'; of functions "
                        + Arrays.stream(Function.values()).map(Function::word).collect(Collectors.joining(", "))
                        + " are");
            }
            String key = identifier();
            if (!isField() && key.equals(STEP)) {
                throw notOffered("a function of steps (a metric of that name is \"step\"::field)");
            }
            double argument = 0;
            if (function == Function.PERCENTILE) {
                expect(",");
                argument = number();
                if (!(argument >= 0 && argument <= 100)) {
                    throw wrong("a percentile is a number from 0 to 100");
                }
            }
            expect(")");
            return new Computed(function, argument, key, alias(function.word(), taken));
        }
        boolean field = isField();
        return !field && name.equals(STEP) ? new Step(alias(STEP, taken)) : new Plain(name, alias(name, taken));
    }

    /** What stands behind AS; else the name, with a number behind it where it is taken. */
    private String alias(String name, HashMap<String, Integer> taken) {
        if (takeWord("AS")) {
            return identifier();
        }
        int before = taken.merge(name, 1, Integer::sum) - 1;
        return before == 0 ? name : name + "_" + before;
    }

    /** {@code ::field}; {@code ::tag} is no column here. */
    private boolean isField() {
        if (!peek("::")) {
            return false;
        }
        at += 2;
        String kind = word();
        if (!Set.of("field", "float", "integer").contains(kind)) {
            throw notOffered("'::" + kind + "' of a column: group by tags");
        }
        return true;
    }

    private Source source() {
        skipSpace();
        if (peek("(")) {
            throw notOffered("a question within a question");
        }
        var names = new ArrayList<String>();
        do {
            skipSpace();
            if (peek("/")) {
                Name matching = new Name.Matching(compile(expression()));
                if (!names.isEmpty() || take(",")) {
                    throw notOffered("a pattern of measurements beside others");
                }
                return new Source(matching);
            }
            String name = identifier();
            if (peek(".")) {
                at++;
                String second = peek(".") ? "" : isMatching() ? "" : identifier();
                if (peek(".")) {
                    at++;
                    check(name, second);
                    name = isMatching() ? "" : identifier();
                } else {
                    check(null, name);
                    name = second;
                }
                if (name.isEmpty() && isMatching()) {
                    return new Source(new Name.Matching(compile(expression())));
                }
            }
            names.add(name);
        } while (take(","));
        return new Source(new Name.OneOf(names));
    }

    private boolean isMatching() {
        return peek("/");
    }

    private Where where() {
        if (!takeWord("WHERE")) {
            return Where.ALL;
        }
        Condition tags = anyOf();
        return new Where(tags, time, steps);
    }

    private Condition anyOf() {
        int before = bounds;
        Condition first = allOf();
        if (!takeWord("OR")) {
            return first;
        }
        var parts = new ArrayList<>(List.of(first));
        do {
            parts.add(allOf());
        } while (takeWord("OR"));
        if (bounds > before) {
            throw notOffered("OR with a condition on time or step");
        }
        return new OneOf(parts);
    }

    private Condition allOf() {
        var parts = new ArrayList<>(List.of(condition()));
        while (takeWord("AND")) {
            parts.add(condition());
        }
        return parts.size() == 1 ? parts.getFirst() : new All(parts);
    }

    private Condition condition() {
        skipSpace();
        if (peek("(")) {
            at++;
            depth++;
            if (depth > DEEPEST) {
                throw wrong("there are more than " + DEEPEST + " brackets in brackets");
            }
            Condition inner = anyOf();
            expect(")");
            depth--;
            return inner;
        }
        String name = identifier();
        if (peek("(")) {
            throw notOffered("a function in a condition");
        }
        boolean field = false;
        if (peek("::")) {
            at += 2;
            field = !word().equals("tag");
        }
        if (!field && name.equalsIgnoreCase(TIME)) {
            String sign = sign();
            time = time.and(range(sign, instant(), MILLI));
            bounds++;
            return new All(List.of());
        }
        if (!field && name.equals(STEP)) {
            String sign = sign();
            steps = steps.and(range(sign, integer(), 1));
            bounds++;
            return new All(List.of());
        }
        if (field || !(Tags.OF_RUNS.contains(name) || Tags.OF_EVENTS.contains(name))) {
            throw refusal("'" + name + "' is no tag here: conditions are on time, step and the tags "
                    + String.join(", ", Tags.OF_RUNS) + ".");
        }
        return comparison(name);
    }

    private Condition comparison(String tag) {
        if (take("=~")) {
            String expression = expression();
            return new Found(tag, false, expression, compile(expression));
        }
        if (take("!~")) {
            String expression = expression();
            return new Found(tag, true, expression, compile(expression));
        }
        boolean negative = take("!=") || take("<>");
        if (!negative) {
            skipSpace();
            if (peek("<") || peek(">")) {
                throw notOffered("a comparison of a tag's size");
            }
            expect("=");
        }
        skipSpace();
        if (peek("'")) {
            return new Equal(tag, negative, string());
        }
        // Grafana writes what looks like a number or a truth without quotes.
        int start = at;
        while (at < text.length() && (isOfWord(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        if (at == start) {
            throw wrong("a text in single quotes is expected");
        }
        return new Equal(tag, negative, text.substring(start, at));
    }

    private String sign() {
        for (String sign : List.of(">=", "<=", "<>", "!=", "=~", "!~", ">", "<", "=")) {
            if (take(sign)) {
                if (Set.of("<>", "!=", "=~", "!~").contains(sign)) {
                    throw notOffered("'" + sign + "' with time or step");
                }
                return sign;
            }
        }
        throw wrong("one of =, <, <=, >, >= is expected");
    }

    /** The whole numbers of some units that lie on one side of a value. */
    private Range range(String sign, long value, long unit) {
        long up = Math.ceilDiv(value, unit);
        long down = Math.floorDiv(value, unit);
        return switch (sign) {
            case ">=" -> new Range(up, Long.MAX_VALUE);
            case ">" -> down == Long.MAX_VALUE ? new Range(1, 0) : new Range(down + 1, Long.MAX_VALUE);
            case "<=" -> new Range(Long.MIN_VALUE, down);
            case "<" -> up == Long.MIN_VALUE ? new Range(1, 0) : new Range(Long.MIN_VALUE, up - 1);
            default -> new Range(up, down);
        };
    }

    /** Nanoseconds since 1970: {@code now()}, a number with a unit or of nanoseconds, a text; and durations added to it. */
    private long instant() {
        skipSpace();
        int start = at;
        try {
            long nanos;
            if (peek("'")) {
                nanos = nanos(string());
            } else if (takeWord("now")) {
                expect("(");
                expect(")");
                nanos = nanos(now);
            } else {
                nanos = amount();
            }
            while (true) {
                skipSpace();
                if (peek("+") || peek("-")) {
                    long sign = text.charAt(at++) == '+' ? 1 : -1;
                    nanos = Math.addExact(nanos, Math.multiplyExact(sign, amount()));
                } else {
                    return nanos;
                }
            }
        } catch (ArithmeticException | DateTimeException e) {
            at = start;
            throw wrong("a time is expected, as now() - 1h, 1700000000000ms or '2026-01-31T12:00:00Z'");
        }
    }

    private static long nanos(Instant instant) {
        return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    }

    private static long nanos(String time) {
        if (time.length() == 10) {
            return nanos(LocalDate.parse(time).atStartOfDay().toInstant(ZoneOffset.UTC));
        }
        if (time.contains("T")) {
            return nanos(OffsetDateTime.parse(time).toInstant());
        }
        return nanos(LocalDateTime.parse(time.replace(' ', 'T')).toInstant(ZoneOffset.UTC));
    }

    /** A number of nanoseconds, or with units such as {@code 1h30m}. */
    private long amount() {
        skipSpace();
        boolean negative = peek("-");
        if (negative) {
            at++;
        }
        long sum = 0;
        int parts = 0;
        while (true) {
            int start = at;
            while (at < text.length() && isDigit(text.charAt(at))) {
                at++;
            }
            if (at == start) {
                if (parts == 0) {
                    throw wrong("a duration is expected, as 10s or 1h30m");
                }
                return negative ? Math.negateExact(sum) : sum;
            }
            long number = digits(start);
            int unitStart = at;
            while (at < text.length() && (Character.isLetter(text.charAt(at)))) {
                at++;
            }
            long unit = switch (text.substring(unitStart, at)) {
                case "", "ns" -> 1;
                case "u", "µ", "us" -> 1_000;
                case "ms" -> MILLI;
                case "s" -> 1_000 * MILLI;
                case "m" -> 60_000 * MILLI;
                case "h" -> 3_600_000 * MILLI;
                case "d" -> 86_400_000 * MILLI;
                case "w" -> 604_800_000 * MILLI;
                default -> 0;
            };
            if (unit == 0) {
                at = unitStart;
                throw wrong("a unit is expected: ns, u, ms, s, m, h, d or w");
            }
            sum = Math.addExact(sum, Math.multiplyExact(number, unit));
            parts++;
        }
    }

    private long integer() {
        skipSpace();
        boolean negative = peek("-");
        if (negative) {
            at++;
        }
        int start = at;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw wrong("a whole number is expected");
        }
        return negative ? -digits(start) : digits(start);
    }

    private long digits(int start) {
        try {
            return Long.parseLong(text, start, at, 10);
        } catch (NumberFormatException e) {
            throw wrong("a number is too great");
        }
    }

    private double number() {
        skipSpace();
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        try {
            double number = Double.parseDouble(text.substring(start, at));
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        at = start;
        throw wrong("a number is expected");
    }

    private Grouping grouping() {
        if (!takeWord("GROUP")) {
            return new Grouping(null, List.of());
        }
        expectWord("BY");
        Parts parts = null;
        var tags = new ArrayList<String>();
        do {
            skipSpace();
            if (take("*")) {
                Tags.OF_RUNS.stream().filter(tag -> !tags.contains(tag)).forEach(tags::add);
                continue;
            }
            boolean quoted = peek("\"");
            String name = identifier();
            if (!quoted && peek("(")) {
                if (parts != null) {
                    throw wrong("the axis is cut once only");
                }
                parts = switch (name.toLowerCase(Locale.ROOT)) {
                    case TIME -> partsOfTime();
                    case STEP -> partsOfSteps();
                    default -> throw notOffered("'" + name + "()' in GROUP BY");
                };
                continue;
            }
            if (peek("::")) {
                at += 2;
                expectWord("tag");
            }
            if (!Tags.OF_RUNS.contains(name)) {
                throw refusal("'" + name + "' is no tag here to group by: the tags are "
                        + String.join(", ", Tags.OF_RUNS) + ".");
            }
            if (!tags.contains(name)) {
                tags.add(name);
            }
        } while (take(","));
        return new Grouping(parts, tags);
    }

    private Parts partsOfTime() {
        expect("(");
        long width = millis();
        long offset = take(",") ? millis() : 0;
        expect(")");
        if (width < 1) {
            throw wrong("a part of time has a millisecond at least");
        }
        return new Parts.OfTime(width, offset);
    }

    private long millis() {
        int start = at;
        try {
            long nanos = amount();
            if (nanos % MILLI == 0) {
                return nanos / MILLI;
            }
        } catch (ArithmeticException e) {
            // Said below.
        }
        at = start;
        throw wrong("whole milliseconds are expected");
    }

    private Parts partsOfSteps() {
        expect("(");
        if (take(")")) {
            return new Parts.OfSteps(0);
        }
        long width = integer();
        expect(")");
        if (width < 1) {
            throw wrong("a part has a step at least");
        }
        return new Parts.OfSteps(width);
    }

    private Fill fill() {
        if (!takeWord("fill")) {
            return new Fill.Unsaid();
        }
        expect("(");
        skipSpace();
        int start = at;
        Fill fill = switch (word().toLowerCase(Locale.ROOT)) {
            case "null" -> new Fill.Null();
            case "none" -> new Fill.None();
            case "previous" -> new Fill.Previous();
            case "linear" -> new Fill.Linear();
            default -> {
                at = start;
                yield new Fill.Value(number());
            }
        };
        expect(")");
        return fill;
    }

    private boolean descending() {
        if (!takeWord("ORDER")) {
            return false;
        }
        expectWord("BY");
        expectWord(TIME);
        if (takeWord("DESC")) {
            return true;
        }
        takeWord("ASC");
        return false;
    }

    private int limit(String word) {
        if (!takeWord(word)) {
            return Integer.MAX_VALUE;
        }
        long limit = integer();
        if (limit < 0) {
            throw wrong(word + " is 0 or more");
        }
        return limit == 0 ? Integer.MAX_VALUE : (int) Math.min(limit, Integer.MAX_VALUE); // 0 is no limit in InfluxQL.
    }

    private void refuseWord(String word) {
        if (takeWord(word)) {
            throw notOffered(word);
        }
    }

    /** A name: of letters, digits and _, or anything in double quotes. */
    private String identifier() {
        skipSpace();
        if (peek("\"")) {
            return quoted('"');
        }
        int start = at;
        String word = word();
        if (word.isEmpty() || isDigit(word.charAt(0))) {
            at = start;
            throw wrong("a name is expected");
        }
        return word;
    }

    private String string() {
        return quoted('\'');
    }

    private String quoted(char quote) {
        at++;
        var out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                return out.toString();
            }
            if (c == '\n') {
                throw wrong("a text ends on its line");
            }
            if (c == '\\' && at < text.length()) {
                char escaped = text.charAt(at++);
                switch (escaped) {
                    case 'n' -> out.append('\n');
                    case '\\', '"', '\'' -> out.append(escaped);
                    // Grafana escapes what means something in a regular expression, wherever a variable stands.
                    default -> {
                        if (Character.isLetterOrDigit(escaped)) {
                            throw wrong("an escape is not known");
                        }
                        out.append(escaped);
                    }
                }
            } else {
                out.append(c);
            }
        }
        throw wrong("a text has no end");
    }

    /** A regular expression between slashes. */
    private String expression() {
        skipSpace();
        if (!peek("/")) {
            throw wrong("a regular expression is expected, as /^a|b$/");
        }
        at++;
        var out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '/') {
                return out.toString();
            }
            if (c == '\\' && at < text.length()) {
                char escaped = text.charAt(at++);
                if (escaped != '/') {
                    out.append(c);
                }
                out.append(escaped);
            } else {
                out.append(c);
            }
        }
        throw wrong("a regular expression has no end");
    }

    private static Pattern compile(String expression) {
        long repetitions = 1;
        var found = REPETITION.matcher(expression);
        while (found.find()) {
            String most = found.group(2) == null || found.group(2).isEmpty() ? found.group(1) : found.group(2);
            repetitions *= Math.max(1, most.length() > 4 ? MOST_REPETITIONS + 1 : Integer.parseInt(most));
            if (repetitions > MOST_REPETITIONS) {
                throw refusal("A regular expression repeats parts of itself more than " + MOST_REPETITIONS + " times.");
            }
        }
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new Problem.InvalidArgument("The regular expression '" + shortened(expression) + "' cannot be read: "
                            + e.getDescription() + ".")
                    .toException(e);
        }
    }

    private static String shortened(String expression) {
        return expression.length() > 100 ? expression.substring(0, 100) + "…" : expression;
    }

    @Override
    protected String word() {
        skipSpace();
        int start = at;
        while (at < text.length() && isOfWord(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isOfWord(char c) {
        return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    @Override
    protected RuntimeException wrong(String what) {
        return refusal("error parsing query at character " + (at + 1) + ": " + what + ".");
    }

    private RuntimeException notOffered(String what) {
        return refusal("error parsing query at character " + (at + 1) + ": " + what + " is not offered here.");
    }

    private static RuntimeException refusal(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
