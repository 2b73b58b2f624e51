package dev.fourfold.metadata.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** SQL under construction: text that this package's sources hold, and values that only ever become bound parameters. */
final class Sql {

    private final StringBuilder text = new StringBuilder();
    private final List<Object> binds = new ArrayList<>();

    /** Adds text with a question mark for each value. */
    Sql add(String fragment, Object... values) {
        text.append(fragment);
        Collections.addAll(binds, values);
        return this;
    }

    Sql add(Sql other) {
        text.append(other.text);
        binds.addAll(other.binds);
        return this;
    }

    String text() {
        return text.toString();
    }

    List<Object> binds() {
        return List.copyOf(binds);
    }
}
