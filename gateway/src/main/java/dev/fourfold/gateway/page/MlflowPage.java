package dev.fourfold.gateway.page;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.exceptions.ConfigurationException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of MLflow's own web page, where the configuration names their folder. They are listed once, at the start, and
 * a request is answered only with a file of that list: no path, however it is spelled, leads anywhere else.
 */
@Context
final class MlflowPage {

    /** The page itself, which loads the others. */
    static final String INDEX = "index.html";

    private final Map<String, Path> files;

    MlflowPage(PageConfiguration configuration) {
        this.files = configuration.ui().isBlank() ? Map.of() : list(configuration.ui());
    }

    /** Whether there is a page to serve. */
    boolean isPresent() {
        return !files.isEmpty();
    }

    /** The file of this name, with {@code /} between folders. */
    Optional<Path> file(String name) {
        return Optional.ofNullable(files.get(name));
    }

    private static Map<String, Path> list(String named) {
        Path folder;
        try {
            folder = Path.of(named).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new ConfigurationException("FOURFOLD_MLFLOW_UI is '" + named + "', which is no path", e);
        }
        if (!Files.isRegularFile(folder.resolve(INDEX), LinkOption.NOFOLLOW_LINKS)) {
            throw new ConfigurationException("FOURFOLD_MLFLOW_UI is '" + named + "', where there is no " + INDEX
                    + ": name the folder mlflow/server/js/build of an installed mlflow package");
        }
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .collect(Collectors.toUnmodifiableMap(
                            file -> folder.relativize(file).toString().replace(File.separatorChar, '/'), file -> file));
        } catch (IOException e) {
            throw new UncheckedIOException("The folder of MLflow's page cannot be read: " + folder, e);
        }
    }
}
