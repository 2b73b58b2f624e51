package dev.fourfold.contract.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.exceptions.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be trusted; what can is tried with each store. */
class TrustedAuthoritiesTest {

    @TempDir
    Path folder;

    @Test
    void noFile_meansJavasOwn() {
        assertThat(TrustedAuthorities.in("a.key", null)).isEmpty();
        assertThat(TrustedAuthorities.in("a.key", " ")).isEmpty();
    }

    @Test
    void fileThatIsNotThere_orHasNoCertificate_isRefusedWithTheSettingsName() throws Exception {
        refused(folder.resolve("none.crt"));
        refused(Files.createFile(folder.resolve("empty.crt")));
        refused(Files.writeString(folder.resolve("other.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n"));
    }

    private static void refused(Path file) {
        assertThatThrownBy(() -> TrustedAuthorities.in("a.key", file.toString()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("a.key")
                .hasMessageContaining(file.toString());
    }
}
