package dev.fourfold.gateway.security;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import io.micronaut.context.annotation.Replaces;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.security.authentication.AuthorizationException;
import io.micronaut.security.authentication.DefaultAuthorizationExceptionHandler;
import jakarta.inject.Singleton;

/**
 * Tells a refusal in the form of the API family that was called. Programs and people are challenged to show a name and a
 * password; what a page's script asks for is not, or the browser would put a window of its own over the page.
 */
@Singleton
@Replaces(DefaultAuthorizationExceptionHandler.class)
final class RefusalHandler implements ExceptionHandler<AuthorizationException, HttpResponse<?>> {

    private static final String CHALLENGE = "Basic realm=\"fourfold\", charset=\"UTF-8\"";
    private static final String OF_PAGE = "Bearer realm=\"fourfold\"";

    /** The routes of MLflow's page. */
    private static final String AJAX = "/ajax-api/";

    private final ExceptionHandler<ProblemException, HttpResponse<byte[]>> problems;

    RefusalHandler(ExceptionHandler<ProblemException, HttpResponse<byte[]>> problems) {
        this.problems = problems;
    }

    @Override
    @SuppressWarnings("rawtypes") // The signature is Micronaut's.
    public HttpResponse<?> handle(HttpRequest request, AuthorizationException refusal) {
        Problem problem = refusal.isForbidden()
                ? new Problem.PermissionDenied("Permission denied.")
                : new Problem.Unauthenticated("You are not authenticated. Sign in with a user name and a password"
                        + " (MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_PASSWORD), or with a token"
                        + " (MLFLOW_TRACKING_TOKEN).");
        HttpResponse<byte[]> answer = problems.handle(request, problem.toException());
        if (!refusal.isForbidden() && answer instanceof MutableHttpResponse<?> open) {
            open.header(HttpHeaders.WWW_AUTHENTICATE, ofPage((HttpRequest<?>) request) ? OF_PAGE : CHALLENGE);
        }
        return answer;
    }

    private static boolean ofPage(HttpRequest<?> request) {
        HttpHeaders headers = request.getHeaders();
        return request.getPath().startsWith(AJAX)
                || headers.contains("X-Requested-With")
                || "empty".equals(headers.get("Sec-Fetch-Dest"));
    }
}
