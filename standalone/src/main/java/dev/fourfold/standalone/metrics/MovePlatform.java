package dev.fourfold.standalone.metrics;

import dev.fourfold.standalone.CommandFailure;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A running platform's moves, through its gateway. */
final class MovePlatform {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Argument<JsonNode> TREE = Argument.of(JsonNode.class);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private final JsonMapper json = JsonMapper.createDefault();

    MovePlatform(String url) {
        this.url = url.replaceFirst("/+$", "") + "/api/v1/metrics/move";
    }

    JsonNode status() {
        return insist(request("").GET());
    }

    /** As {@link #status}; null where the platform does not answer now. */
    @Nullable
    JsonNode statusOrNull() {
        try {
            return ask(request("").GET());
        } catch (Away e) {
            return null;
        }
    }

    JsonNode start(String from, String to) {
        return insist(post("", "{\"from\":\"" + from + "\",\"to\":\"" + to + "\"}"));
    }

    JsonNode act(String action) {
        return insist(post("/" + action, "{}"));
    }

    private HttpRequest.Builder post(String path, String body) {
        return request(path).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(url + path)).timeout(LIMIT);
        String token = System.getenv("MLFLOW_TRACKING_TOKEN");
        String user = System.getenv("MLFLOW_TRACKING_USERNAME");
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        } else if (user != null) {
            String password = System.getenv().getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
            request.header(
                    "Authorization",
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
        }
        return request;
    }

    private JsonNode insist(HttpRequest.Builder request) {
        try {
            return ask(request);
        } catch (Away e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    private JsonNode ask(HttpRequest.Builder request) throws Away {
        HttpResponse<byte[]> response;
        JsonNode answer;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() == 503) {
                throw new Away("The platform at " + url + " says 503: " + text(response));
            }
            if (response.statusCode() != 200) {
                throw new CommandFailure(
                        "The platform refuses with status " + response.statusCode() + ": " + text(response));
            }
            answer = json.readValue(response.body(), TREE);
        } catch (IOException e) {
            throw new Away("There is no platform at " + url + ": name its gateway with --url.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("Interrupted.");
        }
        return answer;
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** The platform does not answer now. */
    private static final class Away extends Exception {

        @Serial
        private static final long serialVersionUID = 1L;

        private Away(String message) {
            super(message);
        }
    }
}
