package dev.fourfold.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.context.env.PropertySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ArtifactDefaultsTest {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(FOURFOLD_[A-Z_]+):([^}]+)}");

    @Test
    void everyVariable_isInTheReadmeWithItsDefault() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        var found = new ArrayList<String>();
        for (PropertySource source : new PropertySource[] {ArtifactDefaults.everywhere(), ArtifactDefaults.process()}) {
            for (String key : source) {
                var variable = VARIABLE.matcher(String.valueOf(source.get(key)));
                if (variable.matches()) {
                    found.add(variable.group(1));
                    assertThat(readme).contains(key).contains(variable.group(1)).contains(variable.group(2));
                }
            }
        }
        assertThat(found)
                .containsExactlyInAnyOrder(
                        "FOURFOLD_ARTIFACTS_FOLDER",
                        "FOURFOLD_ARTIFACTS_HOST",
                        "FOURFOLD_ARTIFACTS_PORT",
                        "FOURFOLD_ARTIFACTS_MAX_REQUEST_SIZE");
    }
}
