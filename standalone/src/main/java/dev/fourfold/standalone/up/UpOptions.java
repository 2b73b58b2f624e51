package dev.fourfold.standalone.up;

import dev.fourfold.standalone.CommandFailure;
import io.micronaut.context.env.DefaultEnvironment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.PropertySourceLoader;
import io.micronaut.core.io.service.SoftServiceLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that {@code up} and {@code demo} share. */
public final class UpOptions {

    /** What can be given by file or environment; {@code fourfold.postgres.url} is {@code FOURFOLD_POSTGRES_URL}. */
    private static final String PREFIX = "fourfold.";

    private static final int MOST_INSTANCES = 16;

    private static final String MLFLOW_UI = "fourfold.mlflow.ui";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where all data lives. Default: $FOURFOLD_DATA_DIR, else data/ beside the fourfold script.")
    private @Nullable Path dataDir;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "${FOURFOLD_PORT:-5000}",
            description = "The gateway's port. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "${FOURFOLD_HOST:-127.0.0.1}",
            description = "The address to listen at. On the loopback nobody needs to sign in; at any other address"
                    + " everybody must. Default: ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "A .yml or .properties file with settings, for example fourfold.postgres.url of an existing"
                    + " PostgreSQL. The same settings can come from the environment (FOURFOLD_POSTGRES_URL).")
    private @Nullable Path config;

    @Option(names = "--separate", description = "Run each service as a process of its own instead of one JVM for all.")
    private boolean separate;

    @Option(
            names = "--mlflow-ui",
            paramLabel = "FOLDER",
            description = "Serve MLflow's own web page at /: its built files, which an installed mlflow package has in"
                    + " mlflow/server/js/build. Default: $FOURFOLD_MLFLOW_UI, else a page of our own.")
    private @Nullable Path mlflowUi;

    @Option(
            names = "--service-ports",
            paramLabel = "PORT",
            defaultValue = "5101",
            description = "With --separate: the first of the services' five ports on the loopback, 0 for free ones."
                    + " Default: ${DEFAULT-VALUE}.")
    private int servicePorts;

    @Option(
            names = "--metrics-instances",
            paramLabel = "COUNT",
            defaultValue = "1",
            description = "With --separate: how many instances of metrics-svc share the runs. To change it, see"
                    + " docs/operations.md. Default: ${DEFAULT-VALUE}.")
    private int metricsInstances;

    @Option(
            names = "--logs-instances",
            paramLabel = "COUNT",
            defaultValue = "1",
            description = "The same for logs-svc. Default: ${DEFAULT-VALUE}.")
    private int logsInstances;

    @Option(
            names = "--no-restart",
            description = "Leave a store or service that ended by itself as it is, instead of starting it again.")
    private boolean noRestart;

    /** The whole, checked; environment variables win over the file. */
    public Settings settings() {
        Path home = Path.of(System.getProperty("fourfold.home", "."))
                .toAbsolutePath()
                .normalize();
        Map<String, String> given = given();
        Path data = dataDir;
        if (data == null) {
            String named = given.get("fourfold.data.dir");
            data = named == null ? home.resolve("data") : Path.of(named);
        }
        String page = mlflowUi == null ? given.get(MLFLOW_UI) : mlflowUi.toString();
        if (page != null && !page.isBlank()) {
            given.put(MLFLOW_UI, mlflowPage(page));
        }
        if (port < 0 || port > 65_535 || servicePorts < 0 || servicePorts > 65_530) {
            throw new CommandFailure("A port is a number from 0 to 65535.");
        }
        return new Settings(
                home,
                data.toAbsolutePath().normalize(),
                host,
                port,
                separate,
                servicePorts,
                instances("--metrics-instances", metricsInstances),
                instances("--logs-instances", logsInstances),
                !noRestart,
                given);
    }

    private int instances(String option, int count) {
        if (count < 1 || count > MOST_INSTANCES) {
            throw new CommandFailure(option + " is a number from 1 to " + MOST_INSTANCES + ".");
        }
        if (count > 1 && !separate) {
            throw new CommandFailure(option + " needs --separate: one JVM has one instance of each service.");
        }
        return count;
    }

    /** The folder as every process finds it. */
    private static String mlflowPage(String named) {
        Path folder = Path.of(named).toAbsolutePath().normalize();
        if (!Files.isRegularFile(folder.resolve("index.html"))) {
            throw new CommandFailure("There is no index.html in " + folder + ": --mlflow-ui (FOURFOLD_MLFLOW_UI) names"
                    + " the folder mlflow/server/js/build of an installed mlflow package.");
        }
        return folder.toString();
    }

    private Map<String, String> given() {
        var properties = new LinkedHashMap<String, String>();
        try (var environment = new DefaultEnvironment(List::of)) {
            environment.start();
            Path file = config;
            if (file != null) {
                environment.addPropertySource(read(file));
            }
            environment
                    .getProperties(PREFIX.substring(0, PREFIX.length() - 1))
                    .forEach((name, value) -> properties.put(PREFIX + name, String.valueOf(value)));
        }
        return properties;
    }

    private static PropertySource read(Path file) {
        if (!Files.isReadable(file)) {
            throw new CommandFailure("The configuration file " + file + " cannot be read.");
        }
        String name = String.valueOf(file.getFileName());
        String extension = name.substring(name.lastIndexOf('.') + 1);
        for (var loader : SoftServiceLoader.load(PropertySourceLoader.class).collectAll()) {
            if (loader.getExtensions().contains(extension)) {
                try (var in = Files.newInputStream(file)) {
                    return PropertySource.of(name, loader.read(name, in), 0);
                } catch (IOException | RuntimeException e) {
                    throw new CommandFailure("The configuration file " + file + " is not right: " + e.getMessage());
                }
            }
        }
        throw new CommandFailure("The configuration file " + file + " must end in .yml or .properties.");
    }
}
