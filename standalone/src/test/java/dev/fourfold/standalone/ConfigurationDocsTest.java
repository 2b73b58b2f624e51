package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever can be set by the environment stands in a table that docs/configuration.md names. */
final class ConfigurationDocsTest {

    private static final Pattern VARIABLE = Pattern.compile("FOURFOLD_[A-Z0-9_]+");
    private static final List<String> PARTS = List.of(
            "gateway",
            "metadata-svc/server",
            "metrics-svc/server",
            "logs-svc/server",
            "cache-svc/server",
            "artifacts-svc/server");

    @Test
    void everyVariable_isInTheTables() throws IOException {
        var known = new TreeSet<String>();
        var documented = new StringBuilder(read("docs/configuration.md"));
        for (String part : PARTS) {
            documented.append(read(part.replace("/server", "") + "/README.md"));
            known.addAll(variables(LaunchedPlatform.HOME.resolve(part).resolve("src/main/resources")));
        }
        assertThat(known).hasSizeGreaterThan(30);
        Set<String> told = VARIABLE.matcher(documented)
                .results()
                .map(found -> found.group())
                .collect(Collectors.toSet());
        assertThat(told).containsAll(known);
    }

    private static Set<String> variables(Path folder) throws IOException {
        var found = new TreeSet<String>();
        try (var files = Files.newDirectoryStream(folder, "*.yml")) {
            for (Path file : files) {
                VARIABLE.matcher(Files.readString(file)).results().forEach(one -> found.add(one.group()));
            }
        }
        return found;
    }

    private static String read(String file) throws IOException {
        return Files.readString(LaunchedPlatform.HOME.resolve(file));
    }
}
