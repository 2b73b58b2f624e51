package dev.fourfold.standalone.demo;

import dev.fourfold.standalone.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A virtual environment of Python with the packages of one requirements file, made once and kept beside the others in
 * {@code .fourfold/}; another content of the file makes another environment.
 *
 * @param python its interpreter
 */
public record PythonEnvironment(Path python) {

    private static final Logger LOG = LoggerFactory.getLogger(PythonEnvironment.class);
    private static final List<String> NAMES = List.of("python3", "python");
    private static final String OLD_ENOUGH = "import sys, venv; sys.exit(sys.version_info < (3, 10))";

    /** The environment for the file, made where it is missing; nothing where there is no Python 3.10 with venv. */
    public static Optional<PythonEnvironment> of(Path home, Path requirements, Consumer<String> progress)
            throws InterruptedException {
        try {
            Path folder = home.resolve(".fourfold/python-" + digest(requirements));
            Path python = folder.resolve("bin/python");
            Path complete = folder.resolve(".complete");
            if (!Files.exists(complete)) {
                Optional<String> system = findPython();
                if (system.isEmpty()) {
                    return Optional.empty();
                }
                progress.accept("Making a Python environment with the packages of " + home.relativize(requirements)
                        + ", once; this takes a minute or two ...");
                Files.createDirectories(folder.getParent());
                Path log = folder.resolveSibling(folder.getFileName() + ".log");
                run(log, system.get(), "-m", "venv", "--clear", folder.toString());
                run(
                        log,
                        python.toString(),
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "-r",
                        requirements.toString());
                Files.writeString(complete, requirements + "\n");
            }
            return Optional.of(new PythonEnvironment(python));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a Python environment", e);
        }
    }

    private static Optional<String> findPython() throws InterruptedException {
        for (String name : NAMES) {
            try {
                Process process = new ProcessBuilder(name, "-c", OLD_ENOUGH)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0) {
                    return Optional.of(name);
                }
            } catch (IOException e) {
                LOG.debug("event=no-python name={}", name, e);
            }
        }
        return Optional.empty();
    }

    private static void run(Path log, String... command) throws IOException, InterruptedException {
        int status = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new CommandFailure(String.join(" ", command) + " failed; see " + log);
        }
    }

    private static String digest(Path file) throws IOException {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256")
                    .digest(Files.readString(file).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
