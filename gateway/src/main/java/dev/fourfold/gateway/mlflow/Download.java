package dev.fourfold.gateway.mlflow;

import dev.fourfold.artifacts.ArtifactContent;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.artifacts.ByteRange;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.types.files.StreamedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A file on its way out: always an attachment, so that no browser runs it as a page of ours. */
final class Download {

    private static final String TOKEN = "!#$%&'*+-.^_`|~";
    private static final String ATTRIBUTE = "!#$&+-.^_`|~";

    private Download() {}

    /**
     * The answer with the file, or with the one part of it that was asked for. An {@code If-Range} that names other bytes
     * than these gets the whole, so that nobody puts parts of two files together.
     */
    static MutableHttpResponse<?> answer(ArtifactOperations artifacts, ArtifactPath file, HttpRequest<?> request)
            throws IOException {
        if (request.getMethod() == HttpMethod.HEAD) {
            return headers(file.name(), artifacts.get(file));
        }
        ByteRange range = wanted(request.getHeaders().get(HttpHeaders.RANGE));
        ArtifactContent content = artifacts.get(file, range);
        String same = request.getHeaders().get(HttpHeaders.IF_RANGE);
        if (!range.equals(ByteRange.WHOLE) && same != null && !same.equals(tag(content))) {
            content.close();
            range = ByteRange.WHOLE;
            content = artifacts.get(file);
        }
        return of(file.name(), content, !range.equals(ByteRange.WHOLE));
    }

    private static ByteRange wanted(@Nullable String header) {
        return header == null ? ByteRange.WHOLE : ByteRange.parse(header).orElse(ByteRange.WHOLE);
    }

    private static MutableHttpResponse<?> of(String name, ArtifactContent content, boolean part) throws IOException {
        if (part && content.length() == 0) {
            content.close();
            return HttpResponse.status(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                    .header(HttpHeaders.ACCEPT_RANGES, "bytes")
                    .header(HttpHeaders.CONTENT_RANGE, "bytes */" + content.size());
        }
        MutableHttpResponse<StreamedFile> answer = HttpResponse.<StreamedFile>status(
                        part ? HttpStatus.PARTIAL_CONTENT : HttpStatus.OK)
                .body(new StreamedFile(content.stream(), ContentTypes.of(name), 0, content.length()))
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition(name))
                .header(HttpHeaders.ACCEPT_RANGES, "bytes")
                .header(HttpHeaders.ETAG, tag(content))
                .header("Content-Security-Policy", "sandbox; default-src 'none'");
        if (part) {
            long last = content.first() + content.length() - 1;
            answer.header(HttpHeaders.CONTENT_RANGE, "bytes " + content.first() + "-" + last + "/" + content.size());
        }
        return answer;
    }

    private static String tag(ArtifactContent content) {
        return '"' + content.tag() + '"';
    }

    /** The answer to somebody who wants to know of the file but not to have it; it closes the content. */
    private static MutableHttpResponse<?> headers(String name, ArtifactContent content) throws IOException {
        content.close();
        return HttpResponse.ok()
                .contentType(ContentTypes.of(name))
                .contentLength(content.size())
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition(name))
                .header(HttpHeaders.ACCEPT_RANGES, "bytes")
                .header(HttpHeaders.ETAG, tag(content));
    }

    /** The header that names the file: a plain form for every client, an exact one (RFC 6266) where that is not it. */
    static String disposition(String name) {
        boolean ascii = name.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        if (ascii) {
            return "attachment; filename=" + quoted(name);
        }
        String plain = Normalizer.normalize(name, Normalizer.Form.NFKD)
                .codePoints()
                .filter(c -> c >= ' ' && c < 0x7f)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return "attachment; filename=" + quoted(plain.isEmpty() ? "download" : plain) + "; filename*=UTF-8''"
                + percentEncoded(name);
    }

    private static String quoted(String text) {
        boolean token = !text.isEmpty() && text.chars().allMatch(c -> isAlphanumeric(c) || TOKEN.indexOf(c) >= 0);
        return token ? text : "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String percentEncoded(String text) {
        var out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (isAlphanumeric(b) || (b > 0 && ATTRIBUTE.indexOf(b) >= 0)) {
                out.append((char) b);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return out.toString();
    }

    private static boolean isAlphanumeric(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }
}
