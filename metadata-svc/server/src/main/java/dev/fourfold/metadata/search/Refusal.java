package dev.fourfold.metadata.search;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** The one way in which a search is refused, with texts printed as MLflow prints them. */
final class Refusal {

    private static final Pattern UNSEEN = Pattern.compile("[\\p{Cntrl}\\p{Cs}]");

    private Refusal() {}

    static ProblemException because(String message) {
        return new Problem.InvalidArgument(message).toException();
    }

    /** Refuses what PostgreSQL cannot hold and UTF-8 cannot carry. */
    static void unlessStorable(String what, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw because("Invalid " + what + ": it must not hold the character NUL.");
            }
            if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw because("Invalid " + what + ": it holds half of a surrogate pair.");
            }
        }
    }

    /** A text in quotes, as Python shows it. */
    static String quoted(String text) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        var shown = new StringBuilder().append(quote);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> shown.append("\\\\");
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append("\\t");
                default -> {
                    if (c == quote) {
                        shown.append('\\').append(c);
                    } else if (UNSEEN.matcher(String.valueOf(c)).matches() && !Character.isSurrogate(c)) {
                        shown.append(String.format("\\x%02x", (int) c));
                    } else {
                        shown.append(c);
                    }
                }
            }
        }
        return shown.append(quote).toString();
    }

    /** Python's notation of a list. */
    static String list(List<String> texts) {
        return "[" + joined(texts) + "]";
    }

    /** Python's notation of a set; the order there is by chance, here it is the given one. */
    static String set(Collection<String> texts) {
        return "{" + joined(texts) + "}";
    }

    private static String joined(Collection<String> texts) {
        var shown = new ArrayList<String>(texts.size());
        for (var text : texts) {
            shown.add(quoted(text));
        }
        return String.join(", ", shown);
    }
}
