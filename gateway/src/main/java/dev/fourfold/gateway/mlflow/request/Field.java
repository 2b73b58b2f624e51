package dev.fourfold.gateway.mlflow.request;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field of a message.
 *
 * @param name in snake_case; the camelCase spelling is accepted too, except for a required field, as MLflow has it
 * @param required absent, null and empty are refused
 * @param choices for a choice: its names, numbered from 1
 * @param item for a message or a list of them: what one looks like
 */
public record Field(
        String name,
        Kind kind,
        boolean required,
        List<String> choices,
        @Nullable Shape item) {

    /** A text. */
    public static Field text(String name) {
        return new Field(name, Kind.TEXT, false, List.of(), null);
    }

    /** A 32-bit integer. */
    public static Field int32(String name) {
        return new Field(name, Kind.INT32, false, List.of(), null);
    }

    /** A 64-bit integer, as a number or in a string. */
    public static Field int64(String name) {
        return new Field(name, Kind.INT64, false, List.of(), null);
    }

    /** A double, as a number or in a string; NaN and the infinities by name. */
    public static Field number(String name) {
        return new Field(name, Kind.DOUBLE, false, List.of(), null);
    }

    /** True or false. */
    public static Field bool(String name) {
        return new Field(name, Kind.BOOL, false, List.of(), null);
    }

    /** One of some names, or its number from 1; an unknown name is refused, where MLflow leaves it out. */
    public static Field choice(String name, List<String> choices) {
        return new Field(name, Kind.CHOICE, false, List.copyOf(choices), null);
    }

    /** A list of texts. */
    public static Field texts(String name) {
        return new Field(name, Kind.TEXTS, false, List.of(), null);
    }

    /** A message within a message. */
    public static Field message(String name, Shape item) {
        return new Field(name, Kind.MESSAGE, false, List.of(), item);
    }

    /** A list of messages. */
    public static Field messages(String name, Shape item) {
        return new Field(name, Kind.MESSAGES, false, List.of(), item);
    }

    /** The same, required. */
    public Field asRequired() {
        return new Field(name, kind, true, choices, item);
    }

    /** The name as protobuf's JSON form spells it. */
    String camelCase() {
        var camel = new StringBuilder(name.length());
        boolean upper = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_') {
                upper = true;
            } else {
                camel.append(upper ? Character.toUpperCase(c) : c);
                upper = false;
            }
        }
        return camel.toString();
    }
}
