package dev.fourfold.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/** A Redis server's executable, and its version as it tells it. */
record RedisProgram(Path executable, String version) {

    private static final Logger LOG = LoggerFactory.getLogger(RedisProgram.class);
    private static final Pattern VERSION = Pattern.compile("v=(\\S+)");

    /**
     * The one from the class path, unpacked into the tools folder once; where that one does not run (it wants OpenSSL's
     * libraries), the one on the PATH.
     */
    static RedisProgram find() throws IOException, InterruptedException {
        var platform = OsArchitecture.detectOSandArchitecture();
        @Nullable String resource = ExecutableProvider.newProvidedVersionsMap().get(platform);
        var reason = "none is on the class path";
        if (resource != null) {
            var name = resource.substring(1);
            var executable = Tools.once(Tools.folder(), name, Path.of(name), empty -> unpack(resource, empty));
            try {
                return asking(executable);
            } catch (IOException e) {
                LOG.debug("executable={} does not run here", executable, e);
                reason = String.valueOf(e.getMessage());
            }
        }
        var installed = StoreProcess.onPath("redis-server");
        if (installed.isPresent()) {
            return asking(installed.get().toRealPath());
        }
        throw new EmbeddedStoreException("No Redis runs on this " + platform.os + " " + platform.arch + " machine ("
                + reason + "), and no redis-server is on the PATH: install one, or give the address of yours.");
    }

    private static RedisProgram asking(Path executable) throws IOException, InterruptedException {
        var printed = StoreProcess.output(null, List.of(executable.toString(), "--version"));
        var matcher = VERSION.matcher(printed);
        if (!matcher.find()) {
            throw new IOException(executable + " does not tell its version: " + printed);
        }
        return new RedisProgram(executable, matcher.group(1));
    }

    private static void unpack(String resource, Path into) throws IOException {
        try (var in = ExecutableProvider.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is not on the class path");
            }
            var file = into.resolve(resource.substring(1));
            Files.copy(in, file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
