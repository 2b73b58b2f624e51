package dev.fourfold.gateway.mlflow;

import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.Message;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.metadata.Tag;
import java.util.List;

/** Tags in requests. */
final class Tags {

    /** A tag given at creation, where MLflow requires nothing of it. */
    static final Shape TAG = Shape.of(Field.text("key"), Field.text("value"));

    /** A tag in a batch. */
    static final Shape BATCH_TAG = Shape.of(Field.text("key").asRequired(), Field.text("value"));

    private Tags() {}

    static Tag of(Message message) {
        return new Tag(message.text("key"), message.text("value"));
    }

    static List<Tag> of(List<Message> messages) {
        return messages.stream().map(Tags::of).toList();
    }
}
