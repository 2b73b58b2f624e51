package dev.fourfold.gateway.loki;

import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.loki.LogQl.Comparison;
import dev.fourfold.gateway.loki.LogQl.Counts;
import dev.fourfold.gateway.loki.LogQl.LineFilter;
import dev.fourfold.gateway.loki.LogQl.Lines;
import dev.fourfold.gateway.loki.LogQl.Matcher;
import dev.fourfold.gateway.query.TextCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads a query; what is not offered here is refused by its name, and what is no LogQL by its place. */
final class LogQlReader extends TextCursor {

    private static final int LONGEST = 10_000;
    private static final int DEEPEST = 20;
    private static final String RANGE_FUNCTION = "count_over_time";

    /** Words of LogQL that ask for what is not done here; other unknown words are conditions on labels. */
    private static final Set<String> STAGES = Set.of(
            "json",
            "logfmt",
            "regexp",
            "pattern",
            "unpack",
            "unwrap",
            "line_format",
            "label_format",
            "decolorize",
            "keep",
            "distinct");

    private int depth;

    private LogQlReader(String text) {
        super(text, false);
    }

    /** A whole query. */
    static LogQl read(String text) {
        var reader = startOf(text);
        LogQl query = reader.query();
        reader.end();
        return query;
    }

    /** A stream selector with nothing behind it but conditions. */
    static Lines readLines(String text) {
        var reader = startOf(text);
        Lines lines = reader.lines();
        reader.end();
        return lines;
    }

    private static LogQlReader startOf(String text) {
        if (text.length() > LONGEST) {
            throw new Problem.InvalidArgument("A query has up to " + LONGEST + " characters.").toException();
        }
        return new LogQlReader(text);
    }

    private LogQl query() {
        skipSpace();
        if (peek("(")) {
            open();
            LogQl inner = query();
            expect(")");
            return inner;
        }
        if (peek("{")) {
            return lines();
        }
        int start = at;
        String word = word();
        return switch (word) {
            case "sum" -> sum();
            case RANGE_FUNCTION -> counts(false, List.of());
            case "vector" -> constant();
            case "" -> throw wrong("a stream selector, as {run_id=\"...\"}, or " + RANGE_FUNCTION + " is expected");
            default -> {
                at = start;
                throw notOffered("'" + word + "'");
            }
        };
    }

    /** An opening bracket; the reader calls itself for what is inside. */
    private void open() {
        at++;
        depth++;
        if (depth > DEEPEST) {
            throw wrong("there are more than " + DEEPEST + " brackets in brackets");
        }
    }

    private LogQl sum() {
        boolean grouped = takeWord("by");
        List<String> by = grouped ? labels() : List.of();
        if (!grouped && takeWord("without")) {
            throw notOffered("'without'");
        }
        expect("(");
        if (!takeWord(RANGE_FUNCTION)) {
            throw notOffered("a sum of anything but " + RANGE_FUNCTION);
        }
        Counts counts = counts(true, by);
        expect(")");
        if (!grouped && takeWord("by")) {
            return new Counts(counts.lines(), counts.rangeNanos(), true, labels());
        }
        return counts;
    }

    private Counts counts(boolean summed, List<String> by) {
        expect("(");
        Lines lines = lines();
        expect("[");
        long range = duration();
        expect("]");
        if (takeWord("offset")) {
            throw notOffered("'offset'");
        }
        expect(")");
        return new Counts(lines, range, summed, by);
    }

    /** The first word is read already. */
    private LogQl constant() {
        double sum = vector();
        while (take("+")) {
            if (!takeWord("vector")) {
                throw notOffered("a sum of a vector and anything else");
            }
            sum += vector();
        }
        return new LogQl.Constant(sum);
    }

    private double vector() {
        expect("(");
        skipSpace();
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        double value;
        try {
            value = Double.parseDouble(text.substring(start, at));
        } catch (NumberFormatException e) {
            throw wrong("a number is expected");
        }
        expect(")");
        return value;
    }

    private Lines lines() {
        skipSpace();
        if (peek("(")) {
            open();
            Lines inner = lines();
            expect(")");
            return inner;
        }
        var matchers = new ArrayList<Matcher>();
        var filters = new ArrayList<LineFilter>();
        expect("{");
        if (!take("}")) {
            do {
                matchers.add(matcher(labelName(), true));
            } while (take(","));
            expect("}");
        }
        while (true) {
            skipSpace();
            if (peek("|=") || peek("|~") || peek("!=") || peek("!~")) {
                filters.add(lineFilter());
            } else if (peek("|")) {
                at++;
                stage(matchers);
            } else {
                return new Lines(matchers, filters);
            }
        }
    }

    private LineFilter lineFilter() {
        boolean negative = text.charAt(at) == '!';
        boolean expression = text.charAt(at + 1) == '~';
        at += 2;
        var texts = new ArrayList<String>();
        do {
            skipSpace();
            if (word().equals("ip")) {
                throw notOffered("a filter by ip()");
            }
            texts.add(string());
        } while (takeWord("or"));
        return new LineFilter(negative, expression, texts);
    }

    private void stage(List<Matcher> matchers) {
        String name = labelName();
        if (name.equals("drop")) {
            do {
                String dropped = labelName();
                if (!dropped.startsWith("__")) {
                    throw notOffered("'drop' of a label other than those of errors, which no line has here");
                }
            } while (take(","));
            return;
        }
        if (STAGES.contains(name)) {
            throw notOffered("'| " + name + "'");
        }
        matchers.add(matcher(name, false));
        skipSpace();
        if (peek(",") || takeWord("and") || takeWord("or")) {
            throw notOffered("a condition of several parts: write '| a=\"x\" | b=\"y\"'");
        }
    }

    private Matcher matcher(String label, boolean selects) {
        skipSpace();
        for (Comparison comparison :
                List.of(Comparison.MATCHES, Comparison.MATCHES_NOT, Comparison.NOT_EQUAL, Comparison.EQUAL)) {
            if (take(comparison.sign())) {
                skipSpace();
                if (at < text.length() && "\"`".indexOf(text.charAt(at)) < 0) {
                    throw notOffered("a comparison of a label with anything but a text");
                }
                return new Matcher(label, comparison, string(), selects);
            }
        }
        throw peek("<") || peek(">")
                ? notOffered("a comparison of a label's size")
                : wrong("one of =, !=, =~, !~ is expected");
    }

    private List<String> labels() {
        var names = new ArrayList<String>();
        expect("(");
        if (!take(")")) {
            do {
                names.add(labelName());
            } while (take(","));
            expect(")");
        }
        return names;
    }

    private String labelName() {
        skipSpace();
        String name = word();
        if (name.isEmpty()) {
            throw wrong("a label's name is expected");
        }
        return name;
    }

    @Override
    protected String word() {
        int start = at;
        while (at < text.length() && isOfWord(text.charAt(at), at > start)) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isOfWord(char c, boolean inside) {
        return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || inside && c >= '0' && c <= '9';
    }

    /** A text in quotes with escapes as in Go, or between back quotes as it stands. */
    private String string() {
        skipSpace();
        if (at == text.length() || "\"`".indexOf(text.charAt(at)) < 0) {
            throw wrong("a text in quotes is expected");
        }
        char quote = text.charAt(at++);
        var out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                return out.toString();
            }
            if (c == '\\' && quote == '"') {
                escape(out);
            } else {
                out.append(c);
            }
        }
        throw wrong("a text has no end");
    }

    private void escape(StringBuilder out) {
        char c = at < text.length() ? text.charAt(at++) : '\0';
        switch (c) {
            case 'n' -> out.append('\n');
            case 't' -> out.append('\t');
            case 'r' -> out.append('\r');
            case 'a' -> out.append('\u0007');
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'v' -> out.append('\u000b');
            case '\\', '"', '\'' -> out.append(c);
            case 'x' -> out.append((char) hex(2));
            case 'u' -> out.append((char) hex(4));
            case 'U' -> {
                int point = hex(8);
                if (!Character.isValidCodePoint(point)) {
                    throw wrong("an escape names no character");
                }
                out.appendCodePoint(point);
            }
            default -> throw wrong("an escape is not known");
        }
    }

    private int hex(int digits) {
        if (at + digits > text.length()) {
            throw wrong("an escape is cut short");
        }
        try {
            int value = Integer.parseUnsignedInt(text, at, at + digits, 16);
            at += digits;
            return value;
        } catch (NumberFormatException e) {
            throw wrong("an escape is not known");
        }
    }

    /** As {@code 5m} or {@code 1h30m}. */
    private long duration() {
        skipSpace();
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        long nanos = Durations.nanos(text.substring(start, at));
        if (nanos < 1) {
            at = start;
            throw wrong("a duration, as 5m or 1h30m, is expected");
        }
        return nanos;
    }

    private void end() {
        if (!atEnd()) {
            throw "+-*/%^<>=!".indexOf(text.charAt(at)) >= 0
                    ? notOffered("arithmetic and comparison of counts")
                    : wrong("the query should end");
        }
    }

    @Override
    protected RuntimeException wrong(String what) {
        return new Problem.InvalidArgument("The query cannot be read at character " + (at + 1) + ": " + what + ".")
                .toException();
    }

    private RuntimeException notOffered(String what) {
        return new Problem.InvalidArgument("At character " + (at + 1) + ": " + what
                        + " is not offered here. Stream selectors, line filters, | label=\"value\", count_over_time and"
                        + " sum by are.")
                .toException();
    }
}
