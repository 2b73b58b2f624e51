package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.standalone.demo.PythonEnvironment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The suite in e2e/, with the real MLflow client, against both forms of the platform. */
final class ITEndToEnd {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"one-jvm", "separate"})
    void everyEndToEndTest_passes(String form) throws Exception {
        PythonEnvironment python = PythonEnvironment.of(
                        LaunchedPlatform.HOME,
                        LaunchedPlatform.HOME.resolve("e2e/requirements.txt"),
                        System.out::println)
                .orElseThrow(() -> new AssertionError("The end-to-end tests need Python 3.10 with venv"));
        try (var platform = LaunchedPlatform.up(folder.resolve("data"), options(form))) {
            int status = pytest(python, platform.url(), form);
            assertThat(status)
                    .as("pytest's exit status; see target/e2e-%s.log", form)
                    .isZero();
        }
    }

    private static String[] options(String form) {
        return form.equals("separate")
                ? new String[] {"--port", "0", "--separate", "--service-ports", "0"}
                : new String[] {"--port", "0"};
    }

    private static int pytest(PythonEnvironment python, String url, String form)
            throws IOException, InterruptedException {
        Path log = Path.of("target/e2e-" + form + ".log").toAbsolutePath();
        var builder = new ProcessBuilder(
                        python.python().toString(), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no")
                .directory(LaunchedPlatform.HOME.resolve("e2e").toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("FOURFOLD_URL", url);
        builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
        int status = builder.start().waitFor();
        List<String> lines = Files.readAllLines(log);
        lines.subList(Math.max(0, lines.size() - (status == 0 ? 3 : 120)), lines.size())
                .forEach(System.out::println);
        return status;
    }
}
