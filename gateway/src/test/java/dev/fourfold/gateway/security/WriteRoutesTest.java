package dev.fourfold.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpMethod;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.web.router.Router;
import io.micronaut.web.router.UriRouteInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * The table of what each route changes of the answers that are kept hot is whole: a route that is not in it may leave a
 * stale answer behind.
 */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "fourfold.cache.enabled", value = "false")
class WriteRoutesTest {

    private final Router router;

    WriteRoutesTest(Router router) {
        this.router = router;
    }

    @Test
    void everyRouteThatWrites_isInTheTable() throws IOException {
        List<String[]> table = table();
        var families = table.stream()
                .filter(row -> row[0].equals("*"))
                .map(row -> row[1])
                .toList();
        Predicate<String> inFamily = path -> families.stream().anyMatch(path::startsWith);
        var listed = new TreeSet<String>();
        table.stream().filter(row -> !row[0].equals("*")).forEach(row -> listed.add(row[0] + " " + row[1]));
        var routes = new TreeSet<String>();
        router.uriRoutes()
                .filter(WriteRoutesTest::writes)
                .filter(route -> !inFamily.test(path(route)))
                .forEach(route -> routes.add(route.getHttpMethod() + " " + path(route)));
        assertThat(routes).hasSizeGreaterThan(40).isEqualTo(listed);
    }

    private static boolean writes(UriRouteInfo<?, ?> route) {
        Optional<AccessLevel> level = AccessRule.levelOf(route);
        boolean marked = level.equals(Optional.of(AccessLevel.WRITE)) || level.equals(Optional.of(AccessLevel.ADMIN));
        return marked && route.getHttpMethod() != HttpMethod.HEAD;
    }

    private static String path(UriRouteInfo<?, ?> route) {
        return route.getUriMatchTemplate().toString().replaceFirst("^/(ajax-)?api/[23]\\.0(?=/mlflow)", "");
    }

    private static List<String[]> table() throws IOException {
        try (InputStream in = WriteRoutesTest.class.getResourceAsStream("/write-routes.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\\s+"))
                    .toList();
        }
    }
}
