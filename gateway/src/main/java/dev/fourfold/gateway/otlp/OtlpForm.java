package dev.fourfold.gateway.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import dev.fourfold.contract.Problem;
import dev.fourfold.gateway.http.Json;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The two encodings of OTLP/HTTP. An answer, errors too, comes in the encoding of its request.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#otlphttp">OTLP/HTTP</a>
 */
enum OtlpForm {
    PROTOBUF(MediaType.of("application/x-protobuf")),
    JSON(MediaType.APPLICATION_JSON_TYPE);

    /** Attributes within attributes; the reader calls itself for each. */
    private static final int DEEPEST = 100;

    private final MediaType type;

    OtlpForm(MediaType type) {
        this.type = type;
    }

    /** The form that a request says its body has; empty where it is neither. */
    static Optional<OtlpForm> of(HttpRequest<?> request) {
        String name = request.getContentType().map(MediaType::getName).orElse("");
        for (OtlpForm form : values()) {
            if (form.type.getName().equalsIgnoreCase(name)) {
                return Optional.of(form);
            }
        }
        return Optional.empty();
    }

    /** Fills a message from a body; fields that are not known are passed over. */
    void read(byte[] body, Message.Builder into) {
        try {
            switch (this) {
                case PROTOBUF -> {
                    CodedInputStream in = CodedInputStream.newInstance(body);
                    in.setRecursionLimit(DEEPEST);
                    into.mergeFrom(in);
                    in.checkLastTagWas(0);
                }
                case JSON ->
                    JsonFormat.parser().ignoringUnknownFields().merge(new String(body, StandardCharsets.UTF_8), into);
            }
        } catch (InvalidProtocolBufferException e) {
            throw malformed(e);
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private RuntimeException malformed(IOException cause) {
        return new Problem.InvalidArgument(
                        "The body is not an ExportLogsServiceRequest in the form of " + type.getName() + ".")
                .toException(cause);
    }

    /** An answer that says this. */
    HttpResponse<byte[]> ok(Message message) {
        try {
            byte[] body = switch (this) {
                case PROTOBUF -> message.toByteArray();
                case JSON ->
                    JsonFormat.printer()
                            .omittingInsignificantWhitespace()
                            .print(message)
                            .getBytes(StandardCharsets.UTF_8);
            };
            return HttpResponse.ok(body).contentType(type);
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e); // Cannot be: no message of ours holds an Any.
        }
    }

    /** An error: {@code google.rpc.Status}, of which only the code (1) and the message (2) are written. */
    MutableHttpResponse<byte[]> status(HttpStatus status, int code, String message) {
        byte[] body = switch (this) {
            case PROTOBUF -> statusBytes(code, message);
            case JSON ->
                Json.bytes(out -> {
                    out.writeStartObject();
                    out.writeNumberField("code", code);
                    out.writeStringField("message", message);
                    out.writeEndObject();
                });
        };
        return HttpResponse.<byte[]>status(status).contentType(type).body(body);
    }

    private static byte[] statusBytes(int code, String message) {
        var bytes = new ByteArrayOutputStream();
        try {
            var out = CodedOutputStream.newInstance(bytes);
            out.writeInt32(1, code);
            out.writeString(2, message);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
        }
        return bytes.toByteArray();
    }
}
