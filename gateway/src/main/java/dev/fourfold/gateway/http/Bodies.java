package dev.fourfold.gateway.http;

import dev.fourfold.contract.Problem;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.body.CloseableByteBody;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** Reads request bodies: never more than a limit into memory, as they arrive where they are streamed. */
public final class Bodies {

    /** What a batch may weigh, unpacked. */
    public static final int BATCH_LIMIT = 16 * 1024 * 1024;

    /** What datasets may weigh, unpacked: MLflow takes a profile of 16 MB, and a schema of 1 MB beside it. */
    public static final int DATASETS_LIMIT = 32 * 1024 * 1024;

    private Bodies() {}

    /**
     * The whole body, unpacked where it came with {@code Content-Encoding: gzip}.
     *
     * @throws dev.fourfold.contract.ProblemException {@code TooLarge} for more than the limit, packed or unpacked
     */
    public static byte[] read(HttpRequest<?> request, int limit) {
        byte[] bytes = arrived(request, limit);
        Admission.bodyIsHere(request);
        return bytes;
    }

    private static byte[] arrived(HttpRequest<?> request, int limit) {
        try (CloseableByteBody body = move(request)) {
            if (body.expectedLength().orElse(0) > limit) {
                throw tooLarge(limit);
            }
            try (InputStream in = unpacked(request, body.toInputStream())) {
                byte[] bytes = in.readNBytes(limit);
                if (bytes.length == limit && in.read() >= 0) {
                    throw tooLarge(limit);
                }
                return bytes;
            }
        } catch (IOException e) {
            throw new Problem.InvalidArgument("The request's body cannot be read.").toException(e);
        }
    }

    /**
     * The whole body as text in UTF-8, still as bytes. A lax reader takes {@code C0 AF} for a slash; here it is refused.
     *
     * @throws dev.fourfold.contract.ProblemException {@code InvalidArgument} for what is not UTF-8; as {@link #read}
     */
    public static byte[] readText(HttpRequest<?> request, int limit) {
        byte[] bytes = read(request, limit);
        for (byte one : bytes) {
            if (one < 0) {
                checkUtf8(bytes);
                break;
            }
        }
        return bytes;
    }

    private static void checkUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException e) {
            throw new Problem.InvalidArgument("The request's body is not valid UTF-8.").toException(e);
        }
    }

    /**
     * The body as it arrives, at the pace at which it is read; the caller closes it.
     *
     * @throws dev.fourfold.contract.ProblemException {@code LimitExceeded} where too many are arriving
     */
    public static CloseableByteBody stream(HttpRequest<?> request) {
        Admission.uploads(request);
        return move(request);
    }

    private static CloseableByteBody move(HttpRequest<?> request) {
        if (request instanceof ServerHttpRequest<?> server) {
            return server.byteBody().move();
        }
        throw new IllegalStateException("Not a request to a server: " + request.getClass());
    }

    private static InputStream unpacked(HttpRequest<?> request, InputStream in) throws IOException {
        String encoding = request.getHeaders().get(HttpHeaders.CONTENT_ENCODING);
        if (encoding == null || encoding.isBlank() || encoding.equalsIgnoreCase("identity")) {
            return in;
        }
        if (encoding.equalsIgnoreCase("gzip")) {
            return new GZIPInputStream(in);
        }
        throw new Problem.InvalidArgument("A body with Content-Encoding '" + encoding + "' cannot be read; gzip can.")
                .toException();
    }

    private static RuntimeException tooLarge(int limit) {
        return new Problem.TooLarge("The request's body is over the limit of " + limit + " bytes.").toException();
    }
}
