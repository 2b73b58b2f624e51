package dev.fourfold.gateway.v1;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.fourfold.gateway.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** What a model's own description, its file {@code MLmodel}, says of its signature. */
sealed interface ModelDescription {

    /** When it may be asked for again where the store fails in the middle of it. */
    Duration RETRY_AFTER = Duration.ofSeconds(1);

    /**
     * A description.
     *
     * @param signature the parts of the signature as JSON, by name; empty where the model has none
     */
    record Found(Map<String, String> signature) implements ModelDescription {}

    /** There is none. */
    record Absent() implements ModelDescription {}

    /** The file is none. */
    record Unreadable() implements ModelDescription {}

    /** The files of the version are not in our store. */
    record Elsewhere() implements ModelDescription {}

    /**
     * Reads one. It came from anybody, so it is bounded, and its nodes are looked at without making objects of them: a few
     * lines of aliases within aliases stand for more than anybody can make, or hash as a key.
     */
    static ModelDescription read(InputStream file) throws IOException {
        byte[] bytes = file.readNBytes(Reading.LARGEST + 1);
        if (bytes.length > Reading.LARGEST) {
            return new Unreadable();
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return new Yaml(Reading.OPTIONS).compose(new StringReader(text)) instanceof MappingNode described
                    ? new Found(Reading.signature(described))
                    : new Unreadable();
        } catch (YAMLException | CharacterCodingException | IllegalArgumentException e) {
            Reading.LOG.debug("event=model-description-unreadable", e);
            return new Unreadable();
        }
    }

    /** Writes what is known of the signature, and how. */
    default void writeTo(JsonGenerator out) throws IOException {
        out.writeStringField(
                "mlmodel",
                switch (this) {
                    case Found _ -> "read";
                    case Absent _ -> "absent";
                    case Unreadable _ -> "unreadable";
                    case Elsewhere _ -> "elsewhere";
                });
        if (!(this instanceof Found(var signature)) || signature.isEmpty()) {
            out.writeNullField("signature");
            return;
        }
        out.writeObjectFieldStart("signature");
        for (String part : Reading.PARTS) {
            out.writeFieldName(part);
            String json = signature.get(part);
            if (json == null) {
                out.writeNull();
            } else {
                Reading.copy(json, out);
            }
        }
        out.writeEndObject();
    }

    /** How it is read. */
    final class Reading {

        private static final Logger LOG = LoggerFactory.getLogger(ModelDescription.class);
        private static final int LARGEST = 512 * 1024;
        private static final List<String> PARTS = List.of("inputs", "outputs", "params");
        private static final LoaderOptions OPTIONS = options();

        private Reading() {}

        private static LoaderOptions options() {
            var options = new LoaderOptions();
            options.setCodePointLimit(LARGEST);
            return options;
        }

        /** MLflow writes each part as a text of JSON. */
        private static Map<String, String> signature(MappingNode described) {
            var parts = new LinkedHashMap<String, String>();
            if (member(described, "signature") instanceof MappingNode signature) {
                for (String part : PARTS) {
                    if (member(signature, part) instanceof ScalarNode json
                            && json.getTag().equals(Tag.STR)) {
                        check(json.getValue());
                        parts.put(part, json.getValue());
                    }
                }
            }
            return parts;
        }

        /** The last member of that name, or null. */
        private static @Nullable Node member(MappingNode mapping, String name) {
            Node found = null;
            for (NodeTuple member : mapping.getValue()) {
                if (member.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals(name)) {
                    found = member.getValueNode();
                }
            }
            return found;
        }

        private static void check(String json) {
            try (JsonParser in = Json.FACTORY.createParser(json)) {
                if (in.nextToken() == null || in.skipChildren().nextToken() != null) {
                    throw new IllegalArgumentException("The signature is not one value of JSON");
                }
            } catch (IOException e) {
                throw new IllegalArgumentException("The signature is not JSON", e);
            }
        }

        private static void copy(String json, JsonGenerator out) throws IOException {
            try (JsonParser in = Json.FACTORY.createParser(json)) {
                in.nextToken();
                out.copyCurrentStructure(in);
            }
        }
    }
}
