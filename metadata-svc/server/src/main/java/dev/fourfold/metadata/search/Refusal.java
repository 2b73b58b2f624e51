package dev.fourfold.metadata.search;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.text.Python;
import dev.fourfold.metadata.text.Texts;
import java.util.Collection;
import java.util.stream.Collectors;

/** The one way in which a search is refused. */
final class Refusal {

    private Refusal() {}

    static ProblemException because(String message) {
        return Texts.invalid(message);
    }

    /** Refuses what PostgreSQL cannot hold and UTF-8 cannot carry. */
    static void unlessStorable(String what, String text) {
        if (!Texts.isStorable(text)) {
            throw because("Invalid " + what + ": it must not contain the character NUL or half of a surrogate pair.");
        }
    }

    /** Python's notation of a set; the order there is by chance, here it is the given one. */
    static String set(Collection<String> texts) {
        return texts.stream().map(Python::literal).collect(Collectors.joining(", ", "{", "}"));
    }
}
