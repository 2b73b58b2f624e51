package dev.fourfold.metrics.influx;

import dev.fourfold.metrics.influx.Policies.Source;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Statements of InfluxQL that go in one request. Every name and every value is a bound parameter: a piece of a statement
 * that is not a literal of this code cannot get into its text.
 */
final class InfluxQuery {

    /** A field, measurement, database or tag, bound as an identifier. */
    record Identifier(String name) {}

    /**
     * A field of ours, read as the type that we write. Types are those of a shard of InfluxDB's: where another program
     * wrote another one, a field read without a type is that other one in all shards, and our values are left out.
     */
    record Field(String name, String type) {

        /** The field of side rows. */
        static final Field SIDE = new Field("point", "string");

        /** A field of wide rows. */
        static Field wide(String name) {
            return new Field(name, name.startsWith(Names.textField("")) ? "string" : "float");
        }
    }

    private final StringBuilder text = new StringBuilder();
    private final Map<String, Object> parameters = new LinkedHashMap<>();
    private final List<Rows> receivers = new ArrayList<>();
    private final BitSet answered = new BitSet();

    /**
     * Adds a statement in which each {@code ?} stands for the next argument: a string, a number, an {@link Identifier},
     * a {@link Field}, a {@link Source}, or a list of fields or identifiers (which become a list with commas).
     */
    InfluxQuery add(Rows receiver, String statement, Object... arguments) {
        if (!receivers.isEmpty()) {
            text.append("; ");
        }
        int argument = 0;
        for (int i = 0; i < statement.length(); i++) {
            char c = statement.charAt(i);
            if (c == '?') {
                append(arguments[argument++]);
            } else {
                text.append(c);
            }
        }
        receivers.add(receiver);
        return this;
    }

    int size() {
        return receivers.size();
    }

    String text() {
        return text.toString();
    }

    Map<String, Object> parameters() {
        return parameters;
    }

    Rows receiver(int statement) {
        return receivers.get(statement);
    }

    /** A statement's result came, with rows or without. */
    void noteAnswer(int statement) {
        answered.set(statement);
    }

    /** Whether every statement's result came: InfluxDB gives one for each, and none may be taken for "no rows". */
    boolean isAnswered() {
        return answered.cardinality() == receivers.size();
    }

    private void append(Object argument) {
        if (argument instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                text.append(i == 0 ? "" : ", ");
                append(list.get(i));
            }
            return;
        }
        if (argument instanceof Source source) {
            for (int i = 0; i < source.policies().size(); i++) {
                text.append(i == 0 ? "" : ", ");
                append(new Identifier(source.policies().get(i)));
                text.append('.');
                append(new Identifier(source.measurement()));
            }
            return;
        }
        String name = "p" + parameters.size();
        text.append('$').append(name);
        if (argument instanceof Field field) {
            parameters.put(name, new Identifier(field.name()));
            text.append("::").append(field.type());
        } else {
            parameters.put(name, argument);
        }
    }

    /** Takes the rows of one statement as they come. */
    @FunctionalInterface
    interface Rows {

        /** One row: the values by column, null where there is none; numbers as the text that InfluxDB gave. */
        void row(List<String> columns, String[] values);

        /** A row of a place and a number, where these did not come as text. */
        default void number(List<String> columns, long nanos, double value) {
            row(columns, new String[] {Long.toString(nanos), Double.toString(value)});
        }
    }
}
