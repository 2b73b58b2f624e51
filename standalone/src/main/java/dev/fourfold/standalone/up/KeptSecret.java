package dev.fourfold.standalone.up;

import dev.fourfold.embedded.PrivateFiles;
import dev.fourfold.standalone.CommandFailure;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What separate processes of one data folder know each other by: made at the first start, kept in the file {@code
 * service.secret}, which only the user who runs the platform can read.
 */
final class KeptSecret {

    /** The property that every process takes it from. */
    static final String PROPERTY = "fourfold.service.secret";

    private KeptSecret() {}

    /** The one that is configured, else the one of the data folder. */
    static String of(Settings settings) {
        return settings.given(PROPERTY).orElseGet(() -> kept(settings.dataDir().resolve("service.secret")));
    }

    private static String kept(Path file) {
        try {
            return PrivateFiles.secret(file);
        } catch (IOException e) {
            throw new CommandFailure("Cannot keep the services' secret in " + file + ": " + e.getMessage());
        }
    }
}
