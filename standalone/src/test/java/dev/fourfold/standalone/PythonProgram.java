package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.standalone.demo.PythonEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Python program in e2e/, run with the packages of e2e/requirements.txt. */
final class PythonProgram {

    private static final Path FOLDER = LaunchedPlatform.HOME.resolve("e2e");
    private static final int LAST_LINES = 12;
    private static final int LINES_OF_A_FAILURE = 160;

    private final String name;
    private final Map<String, String> environment = new HashMap<>(Map.of("PYTHONDONTWRITEBYTECODE", "1"));
    private List<String> arguments = List.of();

    private PythonProgram(String name) {
        this.name = name;
    }

    /** One whose output goes to target/e2e-NAME.log. */
    static PythonProgram named(String name) {
        return new PythonProgram(name);
    }

    PythonProgram with(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    /** What to run: a module and its arguments. */
    PythonProgram module(String... moduleAndArguments) {
        arguments = List.of(moduleAndArguments);
        return this;
    }

    /** Runs it to its end, and shows the end of what it printed: more of it where it fails. */
    void succeeds() throws IOException, InterruptedException {
        Path log = log();
        int status = start(log).waitFor();
        List<String> lines = Files.readAllLines(log);
        lines.subList(Math.max(0, lines.size() - (status == 0 ? LAST_LINES : LINES_OF_A_FAILURE)), lines.size())
                .forEach(System.out::println);
        assertThat(status).as("exit status of %s; see %s", arguments, log).isZero();
    }

    /** Runs it and does not wait. */
    Process starts() throws IOException, InterruptedException {
        return start(log());
    }

    /** Where its output goes. */
    Path log() {
        return Path.of("target/e2e-" + name + ".log").toAbsolutePath();
    }

    /** The web page of the mlflow package among the programs' packages. */
    static Path mlflowPage() throws IOException, InterruptedException {
        Path packages = environment().python().resolveSibling("../lib").normalize();
        try (var found = Files.newDirectoryStream(packages, "python3*")) {
            return found.iterator().next().resolve("site-packages/mlflow/server/js/build");
        }
    }

    private static PythonEnvironment environment() throws InterruptedException {
        return PythonEnvironment.of(LaunchedPlatform.HOME, FOLDER.resolve("requirements.txt"), System.out::println)
                .orElseThrow(() -> new AssertionError("The end-to-end tests need Python 3.10 with venv"));
    }

    private Process start(Path log) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(environment().python().toString(), "-m"));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }
}
