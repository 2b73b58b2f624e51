package dev.fourfold.gateway.mlflow;

import dev.fourfold.artifacts.ArtifactContent;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.types.files.StreamedFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A file on its way out: always an attachment, so that no browser runs it as a page of ours. */
final class Download {

    private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
    private static final String TOKEN = "!#$%&'*+-.^_`|~";
    private static final String ATTRIBUTE = "!#$&+-.^_`|~";

    private Download() {}

    /** The answer with the file, or with the one range of it that was asked for; it closes the content. */
    static MutableHttpResponse<?> of(String name, ArtifactContent content, @Nullable String range) throws IOException {
        Range part = range == null ? null : Range.of(range, content.size());
        if (part != null && part.from() > part.to()) {
            content.close();
            return HttpResponse.status(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                    .header(HttpHeaders.CONTENT_RANGE, "bytes */" + content.size());
        }
        long length = content.size();
        InputStream stream = content.stream();
        HttpStatus status = HttpStatus.OK;
        if (part != null) {
            length = part.to() - part.from() + 1;
            stream.skipNBytes(part.from());
            stream = new Bounded(stream, length);
            status = HttpStatus.PARTIAL_CONTENT;
        }
        MutableHttpResponse<StreamedFile> answer = HttpResponse.<StreamedFile>status(status)
                .body(new StreamedFile(stream, ContentTypes.of(name), 0, length))
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition(name))
                .header(HttpHeaders.ACCEPT_RANGES, "bytes")
                .header("Content-Security-Policy", "sandbox; default-src 'none'");
        if (part != null) {
            answer.header(HttpHeaders.CONTENT_RANGE, "bytes " + part.from() + "-" + part.to() + "/" + content.size());
        }
        return answer;
    }

    /** The answer to somebody who wants to know of the file but not to have it; it closes the content. */
    static MutableHttpResponse<?> headers(String name, ArtifactContent content) throws IOException {
        content.close();
        return HttpResponse.ok()
                .contentType(ContentTypes.of(name))
                .contentLength(content.size())
                .header(HttpHeaders.CONTENT_DISPOSITION, disposition(name))
                .header(HttpHeaders.ACCEPT_RANGES, "bytes");
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

    /** Bytes from and to, both included; where from is beyond to, nothing of the file is in the range. */
    private record Range(long from, long to) {

        /** The one range asked for, or null where the header is none that is understood: then the whole is sent. */
        static @Nullable Range of(String header, long size) {
            Matcher matcher = RANGE.matcher(header.trim());
            if (!matcher.matches()) {
                return null;
            }
            String from = matcher.group(1);
            String to = matcher.group(2);
            if (from.isEmpty()) {
                return to.isEmpty() ? null : new Range(Math.max(0, size - Long.parseLong(to)), size - 1);
            }
            long last = to.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(to));
            long first = Long.parseLong(from);
            return !to.isEmpty() && Long.parseLong(to) < first ? null : new Range(first, last);
        }
    }

    /** The first so many bytes of a stream. */
    private static final class Bounded extends FilterInputStream {

        private long left;

        Bounded(InputStream in, long length) {
            super(in);
            left = length;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) {
                return -1;
            }
            int b = in.read();
            left -= b < 0 ? left : 1;
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(length, left));
            left -= count < 0 ? left : count;
            return count;
        }
    }
}
