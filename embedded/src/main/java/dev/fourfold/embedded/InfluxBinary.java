package dev.fourfold.embedded;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@code influxd} of the 1.8 line.
 *
 * @param executable its real path
 * @param version its version, for example {@code 1.8.10}
 */
public record InfluxBinary(Path executable, String version) {

    private static final Logger LOG = LoggerFactory.getLogger(InfluxBinary.class);

    private static final String NAME = "influxd";
    private static final String VERSION = "1.8.10";
    private static final String MODULE = "github.com/influxdata/influxdb";
    private static final String PROGRAM = MODULE + "/cmd/influxd";
    private static final String LINE = "1.8.";
    private static final Pattern TOLD = Pattern.compile("InfluxDB v(\\d+\\.\\d+\\.\\d+)");
    private static final int VERSION_CHARACTERS = 16;

    /**
     * Looks for one: the given path; else on the PATH; else in the tools folder ({@code FOURFOLD_TOOLS}, or
     * {@code ~/.cache/fourfold/bin}); else, where there is a Go tool, has that install it there, which takes a minute or
     * two, once. Nothing, where none of these is possible: metrics then go to PostgreSQL.
     *
     * @param given the path that somebody asked for, or null
     * @param progress gets a line for people when something takes long or fails
     * @throws EmbeddedStoreException when the given path is not an influxd 1.8
     */
    public static Optional<InfluxBinary> find(@Nullable Path given, Consumer<String> progress) {
        try {
            if (given != null) {
                return Optional.of(inspect(given)
                        .orElseThrow(() -> new EmbeddedStoreException(
                                given + " is not an influxd " + LINE + "x: name one, or leave it out.")));
            }
            var installed = StoreProcess.onPath(NAME);
            if (installed.isPresent()) {
                var binary = inspect(installed.get());
                if (binary.isPresent()) {
                    return binary;
                }
                progress.accept(installed.get() + " is not an influxd " + LINE + "x and is left alone.");
            }
            return inspect(Tools.once(
                    Tools.folder(),
                    NAME,
                    Path.of(NAME),
                    empty -> GoTool.install(PROGRAM, VERSION, "-X main.version=" + VERSION, empty, progress)));
        } catch (IOException e) {
            LOG.debug("no influxd", e);
            progress.accept("No influxd: " + e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            throw StoreProcess.interrupted(NAME, e);
        }
    }

    private static Optional<InfluxBinary> inspect(Path file) throws IOException, InterruptedException {
        if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
            return Optional.empty();
        }
        var executable = file.toRealPath();
        return versionOf(executable)
                .filter(version -> version.startsWith(LINE))
                .map(version -> new InfluxBinary(executable, version));
    }

    private static Optional<String> versionOf(Path executable) throws IOException, InterruptedException {
        try {
            var printed = StoreProcess.output(null, List.of(executable.toString(), "version"));
            var told = TOLD.matcher(printed);
            return told.find() ? Optional.of(told.group(1)) : moduleVersion(executable);
        } catch (IOException e) {
            LOG.debug("executable={} is no influxd", executable, e);
            return Optional.empty();
        }
    }

    /** A plain {@code go install} leaves the version out of the program's own words, but in its build information. */
    private static Optional<String> moduleVersion(Path executable) throws IOException {
        var needle = ("mod\t" + MODULE + "\tv").getBytes(StandardCharsets.US_ASCII);
        try (var channel = FileChannel.open(executable)) {
            var bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            for (var at = 0; at < bytes.limit() - needle.length - VERSION_CHARACTERS; at++) {
                if (bytes.get(at) == needle[0] && matches(bytes, at, needle)) {
                    return Optional.of(versionAt(bytes, at + needle.length));
                }
            }
            return Optional.empty();
        }
    }

    private static boolean matches(MappedByteBuffer bytes, int at, byte[] needle) {
        for (var i = 1; i < needle.length; i++) {
            if (bytes.get(at + i) != needle[i]) {
                return false;
            }
        }
        return true;
    }

    private static String versionAt(MappedByteBuffer bytes, int at) {
        var version = new StringBuilder();
        for (var i = at; i < at + VERSION_CHARACTERS && bytes.get(i) > ' '; i++) {
            version.append((char) bytes.get(i));
        }
        return version.toString();
    }
}
