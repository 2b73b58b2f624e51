package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpMethod;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.web.router.Router;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The document tells of each route that there is, and of none that there is not. What it says of them: e2e/described.py. */
@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "fourfold.cache.enabled", value = "false")
class OpenApiTest {

    private static final Pattern VARIABLE = Pattern.compile("\\{\\+?[^}]*}");
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final Map<String, Object> document;

    OpenApiTest() throws IOException {
        try (InputStream in = OpenApiTest.class.getResourceAsStream("/openapi.yaml")) {
            document = new Yaml(new SafeConstructor(new LoaderOptions()))
                    .load(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void routes_areThoseOfTheRouter(Router router) {
        Set<String> there = router.uriRoutes()
                .filter(route -> route.getHttpMethod() != HttpMethod.HEAD)
                .map(route -> route.getHttpMethodName() + " "
                        + anonymous(route.getUriMatchTemplate().toString()))
                .filter(route -> route.contains(" " + V1.PATH + "/"))
                .collect(Collectors.toSet());
        assertThat(there).hasSizeGreaterThan(60);
        assertThat(operations().keySet()).containsExactlyInAnyOrderElementsOf(there);
    }

    @Test
    void everyOperation_saysWhatItIs_andWhatItAnswers() {
        var names = new HashSet<Object>();
        operations().forEach((route, operation) -> {
            assertThat(operation).as(route).containsKeys("tags", "operationId", "summary", "responses");
            assertThat(names.add(operation.get("operationId"))).as(route).isTrue();
            assertThat(map(operation.get("responses")).keySet())
                    .as(route)
                    .hasSizeGreaterThan(1)
                    .contains("default");
        });
    }

    @Test
    void everyReference_leadsSomewhere() {
        var wanted = new ArrayList<String>();
        collect(document, wanted);
        assertThat(wanted).hasSizeGreaterThan(100).allSatisfy(reference -> {
            assertThat(reference).startsWith("#/");
            @Nullable Object place = document;
            for (String step : reference.substring(2).split("/")) {
                place = map(place).get(step);
                assertThat(place).as(reference).isNotNull();
            }
        });
    }

    private Map<String, Map<String, Object>> operations() {
        var operations = new HashMap<String, Map<String, Object>>();
        map(document.get("paths"))
                .forEach((path, item) -> map(item).entrySet().stream()
                        .filter(entry -> METHODS.contains(entry.getKey()))
                        .forEach(entry -> operations.put(
                                entry.getKey().toUpperCase(Locale.ROOT) + " " + anonymous(path),
                                map(entry.getValue()))));
        return operations;
    }

    private static void collect(@Nullable Object node, List<String> references) {
        switch (node) {
            case Map<?, ?> map ->
                map.forEach((key, value) -> {
                    if ("$ref".equals(key)) {
                        references.add((String) value);
                    } else {
                        collect(value, references);
                    }
                });
            case List<?> list -> list.forEach(each -> collect(each, references));
            case null, default -> {}
        }
    }

    private static String anonymous(String path) {
        return VARIABLE.matcher(path).replaceAll("{}");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object node) {
        return (Map<String, Object>) Objects.requireNonNull(node);
    }
}
