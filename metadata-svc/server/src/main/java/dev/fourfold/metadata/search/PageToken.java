package dev.fourfold.metadata.search;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place in the result of one query: the last row's sort values behind a digest of the query, in base64url. It holds
 * only what its reader was shown, so it needs no signature; whatever it claims is checked and bound.
 */
final class PageToken {

    private static final int DIGEST_BYTES = 12;

    private PageToken() {}

    /** What makes two queries the same, for as far as a token may wander between them. */
    static byte[] digest(List<? extends @Nullable Object> parts) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            for (var part : parts) {
                if (part instanceof List<?> list) {
                    out.writeInt(list.size());
                    for (var element : list) {
                        writeText(out, String.valueOf(element));
                    }
                } else {
                    writeText(out, part == null ? "" : part.toString());
                }
            }
            var digest = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
            return Arrays.copyOf(digest, DIGEST_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The token behind a row, from its sort columns as texts. */
    static String write(byte[] digest, List<@Nullable String> values) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.write(digest);
            for (var value : values) {
                out.writeBoolean(value != null);
                if (value != null) {
                    writeText(out, value);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** The token of the first page, which an empty page is followed by. */
    static String start(byte[] digest) {
        return write(digest, List.of());
    }

    /** The row's place in each key; no place at all where the token is the first page's. */
    static List<Place> read(String token, byte[] digest, List<SortKey> keys) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException _) {
            throw Refusal.because("Invalid page token, could not base64-decode");
        }
        try {
            var of = new byte[DIGEST_BYTES];
            bytes.get(of);
            if (!Arrays.equals(of, digest)) {
                throw Refusal.because("Invalid page token, it belongs to another query");
            }
            var places = new ArrayList<Place>(keys.size());
            if (!bytes.hasRemaining()) {
                return places;
            }
            for (var key : keys) {
                places.add(place(bytes, key));
            }
            if (bytes.hasRemaining()) {
                throw damaged();
            }
            return places;
        } catch (BufferUnderflowException | CharacterCodingException | NumberFormatException _) {
            throw damaged();
        }
    }

    private static Place place(ByteBuffer bytes, SortKey key) throws CharacterCodingException {
        int rank = 0;
        if (key.rank() != null) {
            var text = text(bytes);
            rank = text == null ? -1 : Integer.parseInt(text);
            if (rank < 0 || rank > 2) {
                throw damaged();
            }
        }
        var text = text(bytes);
        if (rank > 0) {
            return new Place(rank, null);
        }
        if (text == null) {
            throw damaged();
        }
        return new Place(
                0,
                switch (key.type()) {
                    case WHOLE -> Long.valueOf(text);
                    case REAL -> Double.valueOf(text);
                    case TEXT -> text;
                });
    }

    private static @Nullable String text(ByteBuffer bytes) throws CharacterCodingException {
        if (bytes.get() == 0) {
            return null;
        }
        int length = bytes.getInt();
        if (length < 0 || length > bytes.remaining()) {
            throw damaged();
        }
        var slice = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        var text = StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
        if (text.indexOf(0) >= 0) {
            throw damaged();
        }
        return text;
    }

    private static RuntimeException damaged() {
        return Refusal.because("Invalid page token, it is damaged");
    }
}
