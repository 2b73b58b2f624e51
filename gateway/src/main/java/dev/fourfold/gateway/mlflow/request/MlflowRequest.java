package dev.fourfold.gateway.mlflow.request;

import dev.fourfold.gateway.http.Bodies;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** A request to an MLflow route, read on demand in the thread that answers it. */
public final class MlflowRequest {

    private final HttpRequest<?> request;

    MlflowRequest(HttpRequest<?> request) {
        this.request = request;
    }

    /** What the request says: in its query for GET, else in its body of up to 16 MB. */
    public Message read(Shape shape) {
        return read(shape, Bodies.BATCH_LIMIT);
    }

    /** What the request says: in its query for GET, else in its body of up to so many bytes. */
    public Message read(Shape shape, int limit) {
        if (request.getMethod() == HttpMethod.GET || request.getMethod() == HttpMethod.HEAD) {
            return MessageReader.fromQuery(shape, request.getParameters());
        }
        if (request.getMethod() == HttpMethod.POST || request.getMethod() == HttpMethod.PUT) {
            checkContentType(request.getHeaders().get("Content-Type")); // Of PATCH and DELETE MLflow does not ask it.
        }
        return MessageReader.fromJson(shape, Bodies.readText(request, limit));
    }

    private static void checkContentType(@Nullable String contentType) {
        if (contentType == null) {
            throw Refusals.refusal("Bad Request. Content-Type header is missing.");
        }
        int parameters = contentType.indexOf(';');
        String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
        if (!type.trim().equalsIgnoreCase("application/json")) {
            throw Refusals.refusal("Bad Request. Content-Type must be one of ['application/json'].");
        }
    }
}
