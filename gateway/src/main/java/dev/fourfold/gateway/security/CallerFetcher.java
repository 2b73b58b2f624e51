package dev.fourfold.gateway.security;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.http.RequestId;
import dev.fourfold.metadata.access.Credential;
import dev.fourfold.metadata.access.Identity;
import dev.fourfold.metadata.access.User;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.security.authentication.Authentication;
import io.micronaut.security.filters.AuthenticationFetcher;
import io.micronaut.web.router.RouteAttributes;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Says who the caller is, by the users, tokens and sessions that metadata-svc records. Where nobody needs to sign in nobody
 * is asked for. The user is left on the request under {@link #USER}, and what was shown under {@link #IDENTITY}.
 */
@Singleton
final class CallerFetcher implements AuthenticationFetcher<HttpRequest<?>> {

    /** The request attribute that holds the signed-in {@link User}. */
    static final String USER = "fourfold.user";

    /** The request attribute that holds the {@link Identity}. */
    static final String IDENTITY = "fourfold.identity";

    /** The role of administrators. */
    static final String ADMINISTRATOR = "administrator";

    private final DoorConfiguration configuration;
    private final Credentials credentials;
    private final KnownCallers callers;
    private final Scheduler blocking;

    CallerFetcher(
            DoorConfiguration configuration,
            Credentials credentials,
            KnownCallers callers,
            @Named(TaskExecutors.BLOCKING) ExecutorService blocking) {
        this.configuration = configuration;
        this.credentials = credentials;
        this.callers = callers;
        this.blocking = Schedulers.fromExecutorService(blocking);
    }

    @Override
    public Publisher<Authentication> fetchAuthentication(HttpRequest<?> request) {
        if (!configuration.signInRequired() || signsIn(request)) {
            return Mono.empty();
        }
        return credentials
                .of(request)
                .map(credential ->
                        Mono.fromCallable(() -> verify(request, credential)).subscribeOn(blocking))
                .orElseGet(Mono::empty);
    }

    /** Who is about to sign in shows what is verified there, once. */
    private static boolean signsIn(HttpRequest<?> request) {
        return request.getMethod() == HttpMethod.POST
                && RouteAttributes.getRouteMatch(request)
                        .filter(route -> route.isAnnotationPresent(SignsIn.class))
                        .isPresent();
    }

    /** Null, which is an empty answer, for a credential of nobody; a store that is away is told as such. */
    @SuppressWarnings("NullAway") // Mono.fromCallable takes null for empty.
    private Authentication verify(HttpRequest<?> request, Credential credential) {
        try (var _ = RequestId.of(request).inThisThread()) {
            Identity identity = callers.verify(credential);
            User user = identity.user();
            request.setAttribute(USER, user);
            request.setAttribute(IDENTITY, identity);
            return Authentication.build(user.username(), user.administrator() ? Set.of(ADMINISTRATOR) : Set.of());
        } catch (ProblemException e) {
            if (e.problem() instanceof Problem.Unauthenticated) {
                return null;
            }
            throw e;
        }
    }
}
