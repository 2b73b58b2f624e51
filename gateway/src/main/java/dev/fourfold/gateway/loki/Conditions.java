package dev.fourfold.gateway.loki;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.loki.LogQl.LineFilter;
import dev.fourfold.gateway.loki.LogQl.Lines;
import dev.fourfold.gateway.loki.LogQl.Matcher;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogFilter.Match;
import dev.fourfold.logs.LogFilter.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** LogQL's conditions as those of logs-svc, and those on runs as what to ask of a run's labels. */
final class Conditions {

    private static final LogFilter NO_LINE = new LogFilter.Any(List.of());

    private Conditions() {}

    /** What a run must have; refuses a selector with a label that lines have not. */
    static Predicate<RunLabels> ofRuns(Lines lines) {
        Predicate<RunLabels> all = run -> true;
        for (Matcher matcher : lines.matchers()) {
            if (matcher.selects() && !known(matcher.label())) {
                throw refusal("There is no label '" + matcher.label() + "' here: the labels are "
                        + String.join(", ", Labels.ALL) + ". Fields of a line are compared behind the selector, as in"
                        + " {...} | " + matcher.label() + "=\"...\".");
            }
            if (Labels.OF_RUNS.contains(matcher.label())) {
                Predicate<String> holds = test(matcher);
                all = all.and(run -> holds.test(run.value(matcher.label()).orElse("")));
            }
        }
        return all;
    }

    /** What a line must have beside its run. */
    static LogFilter ofLines(Lines lines) {
        var all = new ArrayList<LogFilter>();
        for (Matcher matcher : lines.matchers()) {
            if (!Labels.OF_RUNS.contains(matcher.label())) {
                all.add(ofLabel(matcher));
            }
        }
        lines.filters().forEach(filter -> all.add(ofText(filter)));
        return new LogFilter.All(all);
    }

    private static boolean known(String label) {
        return Labels.ALL.contains(label) || label.equals(Labels.DETECTED_LEVEL);
    }

    private static LogFilter ofLabel(Matcher matcher) {
        test(matcher); // An expression that is none is refused here, by the query's name for it.
        LogFilter filter = switch (matcher.label()) {
            case Labels.LEVEL, Labels.DETECTED_LEVEL ->
                matcher.comparison().expression()
                        ? text(Part.LEVEL, "", Match.REGEX_WHOLE, "(?i:" + matcher.value() + ")")
                        : text(Part.LEVEL, "", Match.EQUALS, matcher.value().toUpperCase(Locale.ROOT));
            case Labels.STREAM -> ofPart(Part.STREAM, "", matcher);
            case Labels.RANK -> ofPart(Part.RANK, "", matcher);
            default -> ofPart(Part.FIELD, matcher.label(), matcher);
        };
        return matcher.comparison().negative() ? new LogFilter.Not(filter) : filter;
    }

    /** A line without the label has the empty text for it, as in Loki. */
    private static LogFilter ofPart(Part part, String field, Matcher matcher) {
        boolean expression = matcher.comparison().expression();
        LogFilter filter = text(part, field, expression ? Match.REGEX_WHOLE : Match.EQUALS, matcher.value());
        boolean holdsForNone = expression
                ? compile(matcher.value()).matches("")
                : matcher.value().isEmpty();
        return holdsForNone
                ? new LogFilter.Any(List.of(filter, new LogFilter.Not(text(part, field, Match.REGEX, ""))))
                : filter;
    }

    private static LogFilter ofText(LineFilter filter) {
        LogFilter one;
        if (!filter.expression() && filter.texts().contains("")) {
            one = LogFilter.EVERY_LINE; // Every line holds the empty text; Grafana's builder sends it.
        } else {
            one = new LogFilter.Any(filter.texts().stream()
                    .map(text -> {
                        if (filter.expression()) {
                            compile(text);
                        }
                        return text(Part.MESSAGE, "", filter.expression() ? Match.REGEX : Match.CONTAINS, text);
                    })
                    .toList());
        }
        if (!filter.negative()) {
            return one;
        }
        return one.equals(LogFilter.EVERY_LINE) ? NO_LINE : new LogFilter.Not(one);
    }

    private static Predicate<String> test(Matcher matcher) {
        if (!matcher.comparison().expression()) {
            return matcher.comparison().negative()
                    ? value -> !value.equals(matcher.value())
                    : value -> value.equals(matcher.value());
        }
        Pattern pattern = compile(matcher.value());
        return matcher.comparison().negative() ? value -> !pattern.matches(value) : pattern::matches;
    }

    private static Pattern compile(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new Problem.InvalidArgument(
                            "The regular expression '" + expression + "' cannot be read: " + e.getDescription() + ".")
                    .toException(e);
        }
    }

    private static LogFilter text(Part part, String field, Match match, String text) {
        return new LogFilter.Text(part, field, match, text);
    }

    private static RuntimeException refusal(String message) {
        return new Problem.InvalidArgument(message).toException();
    }
}
