package dev.fourfold.examples;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Plain HTTP for what MLflow's Java client has no method for, signed in by the same variables. */
final class Door {

    private final String gateway;
    private final Optional<String> authorization;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Door(String gateway, Map<String, String> environment) {
        this.gateway = gateway;
        authorization = authorization(environment);
    }

    String get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    void put(String path, String body) throws IOException, InterruptedException {
        send(request(path).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    void post(String path, String contentType, String body) throws IOException, InterruptedException {
        send(request(path).header("Content-Type", contentType).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create(gateway + path));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.uri() + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    private static Optional<String> authorization(Map<String, String> environment) {
        String user = environment.get("MLFLOW_TRACKING_USERNAME");
        String password = environment.get("MLFLOW_TRACKING_PASSWORD");
        if (user != null && password != null) {
            byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
        }
        return Optional.ofNullable(environment.get("MLFLOW_TRACKING_TOKEN")).map(token -> "Bearer " + token);
    }
}
