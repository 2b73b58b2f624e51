package dev.fourfold.gateway.mlflow;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.fourfold.artifacts.PartedUpload;
import dev.fourfold.artifacts.SignedUrl;
import dev.fourfold.gateway.http.Json;
import java.io.IOException;

/** Signed addresses as MLflow writes them. */
final class TransferJson {

    private TransferJson() {}

    static byte[] upload(PartedUpload upload) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("upload_id", upload.uploadId());
            out.writeArrayFieldStart("credentials");
            int number = 1;
            for (String address : upload.addresses()) {
                out.writeStartObject();
                out.writeStringField("url", address);
                out.writeNumberField("part_number", number++);
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /** As the artifact proxy tells it. */
    static byte[] presigned(SignedUrl signed) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("url", signed.url());
            headers(out, signed);
            size(out, signed);
            out.writeEndObject();
        });
    }

    /** As the tracking API tells it: what is empty is left out. */
    static byte[] presignedUrl(SignedUrl signed) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("presigned_url", signed.url());
            if (!signed.headers().isEmpty()) {
                headers(out, signed);
            }
            size(out, signed);
            out.writeEndObject();
        });
    }

    private static void headers(JsonGenerator out, SignedUrl signed) throws IOException {
        out.writeObjectFieldStart("headers");
        for (var header : signed.headers().entrySet()) {
            out.writeStringField(header.getKey(), header.getValue());
        }
        out.writeEndObject();
    }

    private static void size(JsonGenerator out, SignedUrl signed) throws IOException {
        Long size = signed.size();
        if (size != null) {
            out.writeNumberField("file_size", size);
        }
    }
}
