package dev.fourfold.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpMethod;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Walks the router as it stands: what a new route does not say of itself fails here. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "fourfold.cache.enabled", value = "false")
class RoutesTest {

    /** All that a stranger may ask for. A route that is added here tells nothing of anybody's data. */
    private static final Set<String> PUBLIC = Set.of(
            "/",
            "/static-files/{+path}",
            "/sign-in",
            "/sign-in.js",
            "/health",
            "/api/v1/sessions",
            "/api/v1/openapi.yaml",
            "/version",
            "/api/3.0/mlflow/server-info",
            "/ajax-api/3.0/mlflow/server-info");

    private static final Set<HttpMethod> CHANGING = Set.of(HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

    private final List<UriRouteInfo<?, ?>> routes;

    RoutesTest(Router router) {
        this.routes = router.uriRoutes()
                .filter(route -> !AccessRule.openEndpoint(route))
                .<UriRouteInfo<?, ?>>map(route -> route)
                .toList();
    }

    @Test
    void everyRoute_statesItsRule() {
        assertThat(routes).hasSizeGreaterThan(60);
        assertThat(routes)
                .filteredOn(route -> AccessRule.levelOf(route).isEmpty())
                .as("routes without @Access")
                .isEmpty();
    }

    @Test
    void openToEverybody_isWhatIsListedHere() {
        assertThat(routes)
                .filteredOn(route -> AccessRule.levelOf(route).equals(Optional.of(AccessLevel.PUBLIC)))
                .filteredOn(route -> route.getHttpMethod() != HttpMethod.HEAD)
                .extracting(route -> route.getUriMatchTemplate().toString())
                .containsOnly(PUBLIC.toArray(String[]::new));
    }

    @Test
    void changing_isNeverOpenToReaders() {
        assertThat(routes)
                .filteredOn(route -> CHANGING.contains(route.getHttpMethod()))
                .extracting(route -> AccessRule.levelOf(route).orElseThrow())
                .isSubsetOf(AccessLevel.WRITE, AccessLevel.ADMIN);
    }
}
