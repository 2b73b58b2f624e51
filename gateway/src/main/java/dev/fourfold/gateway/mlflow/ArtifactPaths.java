package dev.fourfold.gateway.mlflow;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.contract.Problem;
import io.micronaut.http.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Artifact paths as they come in: decoded exactly once, then guarded by {@link ArtifactPath} alone. */
final class ArtifactPaths {

    private ArtifactPaths() {}

    /** What follows the route in the request's path, decoded once; a plus is a plus. */
    static String below(HttpRequest<?> request, String route) {
        String path = request.getUri().getRawPath();
        int start = path.indexOf(route);
        if (start < 0) {
            throw invalid();
        }
        return decode(path.substring(start + route.length()));
    }

    private static String decode(String raw) {
        if (raw.indexOf('%') < 0) {
            return raw;
        }
        var bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '%') {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
                continue;
            }
            if (i + 2 >= raw.length()
                    || Character.digit(raw.charAt(i + 1), 16) < 0
                    || Character.digit(raw.charAt(i + 2), 16) < 0) {
                throw invalid();
            }
            bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Problem.InvalidArgument("Invalid path").toException(e);
        }
    }

    private static RuntimeException invalid() {
        return new Problem.InvalidArgument("Invalid path").toException();
    }
}
