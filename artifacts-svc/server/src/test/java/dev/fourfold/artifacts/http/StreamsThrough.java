package dev.fourfold.artifacts.http;

import dev.fourfold.artifacts.ArtifactDefaults;
import dev.fourfold.artifacts.ArtifactOperations;
import dev.fourfold.artifacts.ArtifactPath;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * A JVM of its own, with a small heap: writes a large file through client and server, reads it back, prints both
 * digests. Its arguments are the size in bytes and the service's settings.
 */
final class StreamsThrough {

    private StreamsThrough() {}

    public static void main(String[] args) throws Exception {
        long size = Long.parseLong(args[0]);
        var settings = new HashMap<String, Object>(Map.of("micronaut.server.port", -1));
        for (int i = 1; i < args.length; i++) {
            String[] setting = args[i].split("=", 2);
            settings.put(setting[0], setting[1]);
        }
        var server = ApplicationContext.builder()
                .propertySources(ArtifactDefaults.everywhere(), ArtifactDefaults.process())
                .properties(settings)
                .run(EmbeddedServer.class);
        var caller = ITArtifactsOverHttp.caller(server.getURI());
        var artifacts = caller.getBean(ArtifactOperations.class);
        var path = ArtifactPath.of("large.bin");

        long begun = System.nanoTime();
        var sent = new DigestInputStream(new Pattern(size), MessageDigest.getInstance("SHA-256"));
        artifacts.put(path, sent, size);
        long written = System.nanoTime();
        System.out.println(HexFormat.of().formatHex(sent.getMessageDigest().digest()));

        var digest = MessageDigest.getInstance("SHA-256");
        long read = 0;
        try (var content = artifacts.get(path)) {
            var buffer = new byte[65_536];
            for (int n = content.stream().read(buffer);
                    n >= 0;
                    n = content.stream().read(buffer)) {
                digest.update(buffer, 0, n);
                read += n;
            }
        }
        System.out.println(HexFormat.of().formatHex(digest.digest()));
        System.out.println(read);
        System.err.printf(
                "size=%d written=%.1fs read=%.1fs%n",
                size, (written - begun) / 1e9, (System.nanoTime() - written) / 1e9);
        artifacts.delete(path);
        caller.close();
        server.close();
    }

    /** Bytes that differ from block to block, made as fast as they are read. */
    private static final class Pattern extends InputStream {

        private final byte[] block = new byte[65_536];
        private long left;

        Pattern(long size) {
            left = size;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("whole blocks only");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left == 0) {
                return -1;
            }
            int count = (int) Math.min(Math.min(length, block.length), left);
            Arrays.fill(block, 0, 64, (byte) (left >> 7));
            System.arraycopy(block, 0, bytes, offset, count);
            left -= count;
            return count;
        }
    }
}
