package dev.fourfold.standalone.demo;

import dev.fourfold.standalone.CommandFailure;
import dev.fourfold.standalone.up.Platform;
import dev.fourfold.standalone.up.UpOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fourfold demo}: a real training run, tracked with MLflow's own client and read back from every store. */
@Command(
        name = "demo",
        description = "Starts the platform (or uses a running one), trains a model with the plain MLflow client in"
                + " Python, reads everything back through the gateway and says from which store it came. Leaves the"
                + " platform up. Without Python it runs a Java program with MLflow's Java client.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {

    private static final Path JAVA_EXAMPLE = Path.of("examples/java/target/java-example.jar");

    @Mixin
    private UpOptions options = new UpOptions();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Use the platform that runs there instead of starting one.")
    private @Nullable String url;

    @Option(names = "--exit", description = "Stop the platform when the demo is done.")
    private boolean exit;

    @Option(names = "--java", description = "Run the Java program even where there is Python.")
    private boolean java;

    @Override
    public Integer call() throws InterruptedException, IOException {
        Path home = options.settings().home();
        String running = url;
        if (running != null) {
            return track(home, running);
        }
        try (Platform platform = Platform.start(options.settings(), System.out)) {
            int status = track(home, platform.url());
            if (!exit) {
                System.out.println("The platform stays up at " + platform.url() + "; stop it with Ctrl-C.");
                platform.awaitStop();
            }
            return status;
        }
    }

    private int track(Path home, String gateway) throws InterruptedException, IOException {
        Optional<PythonEnvironment> python = java
                ? Optional.empty()
                : PythonEnvironment.of(home, home.resolve("examples/requirements.txt"), System.out::println);
        if (python.isEmpty()) {
            return trackWithJava(home, gateway);
        }
        Path summary = Files.createTempFile("fourfold-demo", ".json");
        try {
            String interpreter = python.get().python().toString();
            int trained = run(
                    home,
                    gateway,
                    interpreter,
                    home.resolve("examples/train.py").toString(),
                    "--summary",
                    summary.toString());
            if (trained != 0) {
                throw new CommandFailure("The training ended with status " + trained + ".");
            }
            System.out.println();
            return run(
                    home,
                    gateway,
                    interpreter,
                    home.resolve("examples/report.py").toString(),
                    summary.toString());
        } finally {
            Files.deleteIfExists(summary);
        }
    }

    private int trackWithJava(Path home, String gateway) throws InterruptedException, IOException {
        if (!java) {
            System.out.println("No Python 3.10 with venv was found: the demo runs a Java program instead.");
        }
        return run(
                home,
                gateway,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--sun-misc-unsafe-memory-access=allow", // For the client's copy of protobuf.
                "-jar",
                home.resolve(JAVA_EXAMPLE).toString());
    }

    private static int run(Path home, String gateway, String... command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(home.toFile()).inheritIO();
        builder.environment().put("MLFLOW_TRACKING_URI", gateway);
        builder.environment().put("PYTHONUNBUFFERED", "1");
        return builder.start().waitFor();
    }
}
