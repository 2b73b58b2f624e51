package dev.fourfold.gateway.mlflow;

import dev.fourfold.gateway.mlflow.request.Field;
import dev.fourfold.gateway.mlflow.request.Message;
import dev.fourfold.gateway.mlflow.request.Shape;
import dev.fourfold.metadata.Tag;
import dev.fourfold.metadata.run.Metric;
import dev.fourfold.metadata.run.Param;
import dev.fourfold.metadata.run.RunChanges;
import java.util.List;

/** What log calls want to change. Names, lengths and counts are for metadata-svc to judge, before anything is stored. */
final class Logged {

    /** A metric in a batch; the run that it names is not looked at. */
    static final Shape METRIC = Shape.of(
            Field.text("key").asRequired(),
            Field.number("value").asRequired(),
            Field.int64("timestamp").asRequired(),
            Field.int64("step"),
            Field.text("model_id"),
            Field.text("dataset_name"),
            Field.text("dataset_digest"),
            Field.text("run_id"));

    /** A param in a batch. */
    static final Shape PARAM = Shape.of(Field.text("key").asRequired(), Field.text("value"));

    private Logged() {}

    static Metric metric(Message message) {
        return Metric.of(
                        message.text("key"), message.number("value"), message.int64("timestamp"), message.int64("step"))
                .ofModel(
                        Limits.nullIfEmpty(message.text("model_id")),
                        Limits.nullIfEmpty(message.text("dataset_name")),
                        Limits.nullIfEmpty(message.text("dataset_digest")));
    }

    static Param param(Message message) {
        return new Param(message.text("key"), message.text("value"));
    }

    static RunChanges batch(Message message) {
        List<Metric> metrics =
                message.messages("metrics").stream().map(Logged::metric).toList();
        List<Param> params =
                message.messages("params").stream().map(Logged::param).toList();
        List<Tag> tags = message.messages("tags").stream().map(Tags::of).toList();
        return RunChanges.batch(metrics, params, tags);
    }
}
