package dev.fourfold.gateway.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.fourfold.gateway.answers.HotAnswer;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON as it crosses the door: streamed in and out, never as a tree. Compact, where MLflow's server pretty-prints. */
public final class Json {

    /** Deeper input is refused; MLflow's own server fails at about the same depth. */
    private static final int DEEPEST = 900;

    /** Reads with bounds on depth and on the length of numbers and names; NaN and Infinity as Python writes them. */
    public static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
            .build();

    private static final int USUAL_SIZE = 1024;

    private Json() {}

    /** Writes JSON; in memory, so that it cannot fail. */
    @FunctionalInterface
    public interface Writing {

        /** Writes one value. */
        void to(JsonGenerator out) throws IOException;
    }

    /** The bytes that were written. */
    public static byte[] bytes(Writing writing) {
        var bytes = new ByteArrayOutputStream(USUAL_SIZE);
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
        }
        return bytes.toByteArray();
    }

    /** An answer of rendered JSON. */
    public static MutableHttpResponse<byte[]> ok(byte[] json) {
        return HttpResponse.ok(json).contentType(MediaType.APPLICATION_JSON_TYPE);
    }

    /** An answer of rendered JSON whose data came from one store. */
    public static MutableHttpResponse<byte[]> ok(Store store, byte[] json) {
        return ok(json).header(Store.HEADER, store.headerValue());
    }

    /** An answer of rendered JSON that may have been kept hot, and comes from PostgreSQL otherwise. */
    public static MutableHttpResponse<byte[]> hot(HotAnswer answer) {
        return ok(answer.kept() ? Store.REDIS : Store.POSTGRESQL, answer.bytes());
    }
}
