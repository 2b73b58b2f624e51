package dev.fourfold.gateway.http;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A route with a slash at its end is another route, which nobody serves: each has one spelling, as in MLflow. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class TrailingSlash {

    /** Below it a slash at the end is part of an artifact's path. */
    private static final String ARTIFACTS = "/mlflow-artifacts/artifacts/";

    private final List<ErrorFormat> formats;

    TrailingSlash(List<ErrorFormat> formats) {
        this.formats = formats;
    }

    @RequestFilter
    @Nullable
    HttpResponse<?> check(HttpRequest<?> request) {
        String path = request.getPath();
        if (path.length() < 2 || !path.endsWith("/") || path.contains(ARTIFACTS)) {
            return null;
        }
        return formats.stream()
                .filter(format -> path.startsWith(format.pathPrefix()))
                .max((a, b) ->
                        Integer.compare(a.pathPrefix().length(), b.pathPrefix().length()))
                .map(format -> format.refusal(HttpStatus.NOT_FOUND, "No such route."))
                .orElseThrow();
    }
}
