package dev.fourfold.metadata.search;

import dev.fourfold.metadata.search.Comparison.Operand;
import dev.fourfold.metadata.search.Token.Kind;
import dev.fourfold.metadata.text.Python;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a filter into comparisons, without asking what they compare. As in MLflow, AND may be missing between two
 * comparisons, or be there once too often; anything else that is no comparison refuses the filter.
 */
final class FilterReader {

    /** Far more than anyone writes, and few enough for PostgreSQL's planner. */
    private static final int MOST_COMPARISONS = 200;

    /** Words that are no operand unless a dot follows. */
    private static final Set<String> RESERVED = Set.of(
            "AND", "OR", "NOT", "IN", "IS", "LIKE", "ILIKE", "RLIKE", "BETWEEN", "WHERE", "ORDER", "ASC", "DESC");

    private static final Set<String> PATTERN_OPERATORS = Set.of("LIKE", "ILIKE", "RLIKE");

    private final String text;
    private final List<Token> tokens;
    private final boolean quoteRefused;
    private final List<Comparison> comparisons = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    /** Whether the next comparison stands at the start or behind AND. */
    private boolean fresh = true;

    private FilterReader(String text, List<Token> tokens, boolean quoteRefused) {
        this.text = text;
        this.tokens = tokens;
        this.quoteRefused = quoteRefused;
    }

    /**
     * All comparisons of the filter, in order.
     *
     * @param quoteRefused whether the message puts what it refuses in quotes
     */
    static List<Comparison> read(@Nullable String filter, boolean quoteRefused) {
        if (filter == null || filter.isEmpty()) {
            return List.of();
        }
        Refusal.unlessStorable("filter string", filter);
        var tokens = Tokenizer.tokens(filter);
        if (tokens.isEmpty()) {
            throw Refusal.because("Invalid filter '" + filter + "'. Could not be parsed.");
        }
        var reader = new FilterReader(filter, tokens, quoteRefused);
        if (reader.hasSecondStatement()) {
            throw Refusal.because("Search filter contained multiple expression " + Python.literal(filter)
                    + ". Provide AND-ed expression list.");
        }
        reader.run();
        reader.refuse();
        return List.copyOf(reader.comparisons);
    }

    /** What a text holds, nothing refused yet; null where it is no single statement. */
    static @Nullable Contents read(String filter) {
        var tokens = Tokenizer.tokens(filter);
        var reader = new FilterReader(filter, tokens, true);
        if (tokens.isEmpty() || reader.hasSecondStatement()) {
            return null;
        }
        reader.run();
        return new Contents(List.copyOf(reader.comparisons), List.copyOf(reader.refused));
    }

    /** Comparisons, and what is none. */
    record Contents(List<Comparison> comparisons, List<String> refused) {}

    /** One identifier that is the whole text, as {@code order_by} wants it; null where it is anything else. */
    static @Nullable Identified identifier(String text, List<Token> tokens) {
        var reader = new FilterReader(text, tokens, true);
        var read = reader.identifier(0);
        return read == null ? null : new Identified(read.operand.text(), read.next);
    }

    /** An identifier and the index of the token behind it. */
    record Identified(String text, int next) {}

    private record Read(Operand operand, int next) {}

    private record Operator(String folded, String written, int next) {}

    private boolean hasSecondStatement() {
        int depth = 0;
        for (int i = 0; i < tokens.size() - 1; i++) {
            switch (tokens.get(i).kind()) {
                case OPEN -> depth++;
                case CLOSE -> depth--;
                case SEMICOLON -> {
                    if (depth <= 0) {
                        return true;
                    }
                }
                default -> {}
            }
        }
        return false;
    }

    private void run() {
        int i = 0;
        while (i < tokens.size()) {
            if (tokens.get(i).is("AND") && !kindAt(i + 1, Kind.DOT)) {
                fresh = true;
                i++;
            } else {
                i = comparison(i);
            }
        }
        if (comparisons.size() > MOST_COMPARISONS) {
            throw Refusal.because(
                    "A filter may hold at most " + MOST_COMPARISONS + " comparisons. Got " + comparisons.size() + ".");
        }
    }

    private void refuse() {
        if (!refused.isEmpty()) {
            var shown = quoteRefused ? "'" + String.join("', '", refused) + "'" : String.join(", ", refused);
            throw Refusal.because("Invalid clause(s) in filter string: " + shown);
        }
    }

    private int comparison(int start) {
        var left = operand(start);
        if (left == null) {
            refused.add(tokens.get(start).text());
            return start + 1;
        }
        var test = fresh && left.operand.is(Operand.Kind.IDENTIFIER) ? membership(left) : null;
        var comparison = test == null ? operatorComparison(start, left) : test;
        if (comparison == null) {
            refused.add(left.operand.text());
            return left.next;
        }
        comparisons.add(comparison.comparison);
        fresh = false;
        return comparison.next;
    }

    private record ReadComparison(Comparison comparison, int next) {}

    /** {@code IN}, {@code NOT IN}, {@code IS NULL}, {@code IS NOT NULL}. */
    private @Nullable ReadComparison membership(Read left) {
        int i = left.next;
        boolean not = wordAt(i, "NOT");
        if (wordAt(not ? i + 1 : i, "IN")) {
            var list = list(not ? i + 2 : i + 1);
            var operator = not ? "NOT IN" : "IN";
            return list == null
                    ? null
                    : new ReadComparison(
                            new Comparison(
                                    left.operand,
                                    operator,
                                    not ? operator : tokens.get(i).text(),
                                    list.operand),
                            list.next);
        }
        if (wordAt(i, "IS") && wordAt(i + 1, "NULL")) {
            return new ReadComparison(new Comparison(left.operand, "IS NULL", "IS NULL", null), i + 2);
        }
        if (wordAt(i, "IS") && wordAt(i + 1, "NOT") && wordAt(i + 2, "NULL")) {
            return new ReadComparison(new Comparison(left.operand, "IS NOT NULL", "IS NOT NULL", null), i + 3);
        }
        return null;
    }

    /** A comparison by sign; a chain of them is read as one whose left side is the one before. */
    private @Nullable ReadComparison operatorComparison(int start, Read first) {
        ReadComparison read = null;
        var left = first;
        var operator = operator(left.next);
        while (operator != null) {
            var right = operand(operator.next);
            if (right == null) {
                return read;
            }
            read = new ReadComparison(
                    new Comparison(left.operand, operator.folded, operator.written, right.operand), right.next);
            left = new Read(compound(start, right.next), right.next);
            operator = operator(left.next);
        }
        return read;
    }

    private @Nullable Operator operator(int i) {
        if (i >= tokens.size()) {
            return null;
        }
        var token = tokens.get(i);
        if (token.is(Kind.COMPARISON)) {
            return new Operator(token.text(), token.text(), i + 1);
        }
        boolean not = token.is("NOT");
        int wordAt = not ? i + 1 : i;
        if (wordAt < tokens.size() && tokens.get(wordAt).is(Kind.WORD)) {
            var word = tokens.get(wordAt).text().toUpperCase(Locale.ROOT);
            if (PATTERN_OPERATORS.contains(word)) {
                return new Operator(not ? "NOT " + word : word, span(i, wordAt + 1), wordAt + 1);
            }
        }
        return null;
    }

    private @Nullable Read operand(int i) {
        var first = primary(i);
        if (first == null) {
            return null;
        }
        var read = first;
        while (kindAt(read.next, Kind.ARITHMETIC) || kindAt(read.next, Kind.STAR)) {
            var right = primary(read.next + 1);
            if (right == null) {
                break;
            }
            read = new Read(compound(i, right.next), right.next);
        }
        return read;
    }

    private @Nullable Read primary(int i) {
        if (i >= tokens.size()) {
            return null;
        }
        var token = tokens.get(i);
        return switch (token.kind()) {
            case WORD, BACKTICKS, DOUBLE_QUOTES -> {
                if (token.is("NULL") && !kindAt(i + 1, Kind.DOT)) {
                    yield new Read(new Operand(Operand.Kind.NULL, token.text()), i + 1);
                }
                yield identifier(i);
            }
            case SINGLE_QUOTES -> new Read(new Operand(Operand.Kind.TEXT, token.text()), i + 1);
            case INTEGER -> new Read(new Operand(Operand.Kind.INTEGER, token.text()), i + 1);
            case DECIMAL -> new Read(new Operand(Operand.Kind.DECIMAL, token.text()), i + 1);
            case OPEN -> list(i);
            case COMPARISON, ARITHMETIC, STAR, DOT, COMMA, CLOSE, SEMICOLON, OTHER -> null;
        };
    }

    /** Names joined by dots, as written; a dot at the end stands for an empty name. */
    private @Nullable Read identifier(int start) {
        var first = tokens.get(start);
        boolean name = first.is(Kind.WORD) || first.is(Kind.BACKTICKS) || first.is(Kind.DOUBLE_QUOTES);
        if (!name || isReserved(start)) {
            return null;
        }
        int i = start + 1;
        while (kindAt(i, Kind.DOT)) {
            i++;
            boolean part = i < tokens.size()
                    && switch (tokens.get(i).kind()) {
                        case WORD, BACKTICKS, DOUBLE_QUOTES, SINGLE_QUOTES, STAR -> true;
                        case INTEGER, DECIMAL, COMPARISON, ARITHMETIC, DOT, COMMA, OPEN, CLOSE, SEMICOLON, OTHER ->
                            false;
                    };
            if (!part) {
                break;
            }
            i++;
        }
        return new Read(new Operand(Operand.Kind.IDENTIFIER, span(start, i)), i);
    }

    private boolean isReserved(int i) {
        var token = tokens.get(i);
        return token.is(Kind.WORD)
                && RESERVED.contains(token.text().toUpperCase(Locale.ROOT))
                && !kindAt(i + 1, Kind.DOT);
    }

    /** What stands between two brackets that belong together. */
    private @Nullable Read list(int start) {
        if (!kindAt(start, Kind.OPEN)) {
            return null;
        }
        int depth = 0;
        for (int i = start; i < tokens.size(); i++) {
            if (tokens.get(i).is(Kind.OPEN)) {
                depth++;
            } else if (tokens.get(i).is(Kind.CLOSE) && --depth == 0) {
                return new Read(new Operand(Operand.Kind.LIST, span(start, i + 1)), i + 1);
            }
        }
        return null;
    }

    private Operand compound(int from, int to) {
        return new Operand(Operand.Kind.COMPOUND, span(from, to));
    }

    private String span(int from, int to) {
        return text.substring(tokens.get(from).start(), tokens.get(to - 1).end());
    }

    private boolean kindAt(int i, Kind kind) {
        return i < tokens.size() && tokens.get(i).is(kind);
    }

    private boolean wordAt(int i, String word) {
        return i < tokens.size() && tokens.get(i).is(word);
    }
}
