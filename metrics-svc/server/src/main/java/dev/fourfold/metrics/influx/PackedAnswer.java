package dev.fourfold.metrics.influx;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageTypeException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/** Reads InfluxDB's answers in MessagePack: as in JSON, one document for each chunk, and an error inside any of them. */
final class PackedAnswer {

    private final MessageUnpacker in;
    private final InfluxQuery query;

    private PackedAnswer(MessageUnpacker in, InfluxQuery query) {
        this.in = in;
        this.query = query;
    }

    /** Gives the rows to their receivers. @return the error, where InfluxDB tells one */
    static Optional<String> read(InputStream body, InfluxQuery query) throws IOException {
        try (MessageUnpacker in = MessagePack.newDefaultUnpacker(body)) {
            var answer = new PackedAnswer(in, query);
            String error = null;
            while (error == null && in.hasNext()) {
                error = answer.document();
            }
            return Optional.ofNullable(error);
        } catch (MessageTypeException e) {
            throw new IOException("Not the form of an answer", e);
        }
    }

    private @Nullable String document() throws IOException {
        for (int entries = in.unpackMapHeader(); entries > 0; entries--) {
            switch (in.unpackString()) {
                case "results" -> {
                    for (int results = in.unpackArrayHeader(); results > 0; results--) {
                        String error = result();
                        if (error != null) {
                            return error;
                        }
                    }
                }
                case "error" -> {
                    return in.unpackString();
                }
                default -> in.skipValue();
            }
        }
        return null;
    }

    private @Nullable String result() throws IOException {
        int statement = 0;
        for (int entries = in.unpackMapHeader(); entries > 0; entries--) {
            switch (in.unpackString()) {
                case "statement_id" -> statement = in.unpackInt();
                case "series" -> {
                    for (int series = in.unpackArrayHeader(); series > 0; series--) {
                        series(query.receiver(statement));
                    }
                }
                case "error" -> {
                    return in.unpackString();
                }
                default -> in.skipValue();
            }
        }
        query.noteAnswer(statement);
        return null;
    }

    private void series(InfluxQuery.Rows rows) throws IOException {
        List<String> columns = List.of();
        for (int entries = in.unpackMapHeader(); entries > 0; entries--) {
            switch (in.unpackString()) {
                case "columns" -> {
                    var read = new ArrayList<String>();
                    for (int names = in.unpackArrayHeader(); names > 0; names--) {
                        read.add(in.unpackString());
                    }
                    columns = read;
                }
                case "values" -> {
                    for (int count = in.unpackArrayHeader(); count > 0; count--) {
                        row(columns, rows);
                    }
                }
                default -> in.skipValue();
            }
        }
    }

    private void row(List<String> columns, InfluxQuery.Rows rows) throws IOException {
        int length = in.unpackArrayHeader();
        long nanos = in.unpackLong();
        if (length == 2 && in.getNextFormat().getValueType() == ValueType.FLOAT) {
            rows.number(columns, nanos, in.unpackDouble());
            return;
        }
        var values = new String[length];
        values[0] = Long.toString(nanos);
        for (int i = 1; i < length; i++) {
            values[i] = value();
        }
        rows.row(columns, values);
    }

    private @Nullable String value() throws IOException {
        return switch (in.getNextFormat().getValueType()) {
            case NIL -> {
                in.unpackNil();
                yield null;
            }
            case INTEGER -> Long.toString(in.unpackLong());
            case FLOAT -> Double.toString(in.unpackDouble());
            case STRING -> in.unpackString();
            default -> in.unpackValue().toJson();
        };
    }
}
