package dev.fourfold.cache.client;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Many answers in one body: each as its length, -1 where there is none, and its bytes. Names are joined by line feeds. */
public final class AnswerFrames {

    private static final String SEPARATOR = "\n";

    private AnswerFrames() {}

    /** Names, none of which has a control character. */
    public static byte[] ofNames(Iterable<String> names) {
        return String.join(SEPARATOR, names).getBytes(StandardCharsets.UTF_8);
    }

    /** The names again. */
    public static List<String> names(byte[] body) {
        return List.of(new String(body, StandardCharsets.UTF_8).split(SEPARATOR, -1));
    }

    /** Answers, and null where there is none. */
    public static byte[] ofAnswers(List<byte @Nullable []> answers) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            for (byte[] answer : answers) {
                write(out, answer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Cannot be: the bytes stay in memory.
        }
        return bytes.toByteArray();
    }

    /** The answers again. */
    public static List<byte @Nullable []> answers(byte[] body) throws IOException {
        var answers = new ArrayList<byte @Nullable []>();
        try (var in = new DataInputStream(new ByteArrayInputStream(body))) {
            while (in.available() > 0) {
                answers.add(read(in));
            }
        }
        return answers;
    }

    /** Answers with their names. */
    public static byte[] ofNamed(Map<String, byte[]> answers) {
        var all = new ArrayList<byte @Nullable []>(2 * answers.size());
        answers.forEach((name, answer) -> {
            all.add(name.getBytes(StandardCharsets.UTF_8));
            all.add(answer);
        });
        return ofAnswers(all);
    }

    /** The answers with their names again. */
    public static Map<String, byte[]> named(byte[] body) throws IOException {
        var named = new LinkedHashMap<String, byte[]>();
        var all = answers(body);
        for (int i = 0; i + 1 < all.size(); i += 2) {
            byte[] name = all.get(i);
            byte[] answer = all.get(i + 1);
            if (name == null || answer == null) {
                throw new IOException("A name or an answer is missing");
            }
            named.put(new String(name, StandardCharsets.UTF_8), answer);
        }
        return named;
    }

    private static void write(DataOutputStream out, byte @Nullable [] answer) throws IOException {
        if (answer == null) {
            out.writeInt(-1);
        } else {
            out.writeInt(answer.length);
            out.write(answer);
        }
    }

    private static byte @Nullable [] read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        if (length > in.available()) {
            throw new IOException("A body that was cut off");
        }
        return in.readNBytes(length);
    }
}
