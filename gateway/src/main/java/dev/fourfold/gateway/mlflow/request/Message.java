package dev.fourfold.gateway.mlflow.request;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request says, checked: every value is of its field's type, and what is required is there. */
public final class Message {

    private final Shape shape;
    private final @Nullable Object[] values;

    Message(Shape shape) {
        this.shape = shape;
        this.values = new @Nullable Object[shape.fields().size()];
    }

    /** A text; empty where it is absent. */
    public String text(String name) {
        return value(name) instanceof String text ? text : "";
    }

    /** A text, or null where it is absent. */
    public @Nullable String textOrNull(String name) {
        return value(name) instanceof String text ? text : null;
    }

    /** The run that a message is about: {@code run_id}, or {@code run_uuid} as older clients call it. */
    public String runId() {
        String runId = text("run_id");
        return runId.isEmpty() ? text("run_uuid") : runId;
    }

    /** A 64-bit integer; 0 where it is absent. */
    public long int64(String name) {
        return value(name) instanceof Long number ? number : 0;
    }

    /** A 64-bit integer, or null where it is absent. */
    public @Nullable Long int64OrNull(String name) {
        return value(name) instanceof Long number ? number : null;
    }

    /** A 32-bit integer, or null where it is absent. */
    public @Nullable Integer int32OrNull(String name) {
        return value(name) instanceof Integer number ? number : null;
    }

    /** A double; 0 where it is absent. */
    public double number(String name) {
        return value(name) instanceof Double number ? number : 0;
    }

    /** True or false; false where it is absent. */
    public boolean bool(String name) {
        return value(name) instanceof Boolean bool && bool;
    }

    /** True or false, or null where it is absent. */
    public @Nullable Boolean boolOrNull(String name) {
        return value(name) instanceof Boolean bool ? bool : null;
    }

    /** The name of a choice; empty where it is absent. */
    public String choice(String name) {
        return value(name) instanceof Choice choice ? choice.name() : "";
    }

    /** The constant of an enum whose names are the field's choices, or null where it is absent. */
    public <E extends Enum<E>> @Nullable E choice(String name, Class<E> type) {
        return value(name) instanceof Choice choice ? Enum.valueOf(type, choice.name()) : null;
    }

    /** A list of texts; empty where it is absent. */
    public List<String> texts(String name) {
        return value(name) instanceof Texts texts ? texts.values() : List.of();
    }

    /** A message within this one; an empty one where it is absent. */
    public Message message(String name) {
        return value(name) instanceof Message message ? message : new Message(shape.item(name));
    }

    /** A list of messages; empty where it is absent. */
    public List<Message> messages(String name) {
        return value(name) instanceof Messages messages ? messages.values() : List.of();
    }

    Shape shape() {
        return shape;
    }

    @Nullable
    Object at(int index) {
        return values[index];
    }

    void set(int index, @Nullable Object value) {
        values[index] = value;
    }

    private @Nullable Object value(String name) {
        return values[shape.index(name)];
    }

    record Choice(String name) {}

    record Texts(List<String> values) {}

    record Messages(List<Message> values) {}

    /**
     * Stands where a value could not be taken.
     *
     * @param json the value as Python would dump it
     * @param pythonType the type that Python would call it
     * @param at within a list: the item, such as {@code [3]}; else empty
     */
    record Mistake(String json, String pythonType, String at) {}
}
