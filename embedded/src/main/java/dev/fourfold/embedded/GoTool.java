package dev.fourfold.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The Go tool on the PATH, which builds programs that no other package brings. */
final class GoTool {

    private GoTool() {}

    /**
     * Builds a program into a folder, which takes a minute or two.
     *
     * @param program the module's path with the command's, whose last segment is the program's name
     * @param linker flags for the linker beside those that leave symbols out
     */
    static void install(String program, String version, String linker, Path into, Consumer<String> progress)
            throws IOException, InterruptedException {
        String name = program.substring(program.lastIndexOf('/') + 1);
        var go = StoreProcess.onPath("go")
                .orElseThrow(() -> new IOException("no " + name + " is on the PATH or in " + Tools.folder()
                        + ", and there is no Go tool to build one"));
        progress.accept("Building " + name + " " + version + " with " + go + ", once; this takes a minute or two ...");
        var begun = Instant.now();
        StoreProcess.output(
                null,
                // Without a C compiler it builds as well.
                Map.of("GOBIN", into.toString(), "CGO_ENABLED", "0"),
                List.of(go.toString(), "install", "-ldflags", "-s -w " + linker, program + "@v" + version));
        progress.accept("Built " + name + " " + version + " in "
                + Duration.between(begun, Instant.now()).toSeconds() + " s.");
    }
}
