package dev.fourfold.artifacts.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.artifacts.s3.TestBucket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ITArtifactStreaming {

    /** More bytes than an int counts, through a heap and direct memory that hold a thirtieth of them. */
    private static final long SIZE = (1L << 31) + 7;

    /** More than goes to S3 in one request. */
    private static final long PARTED_SIZE = (600L << 20) + 7;

    @Test
    void twoGigabytes_throughSixtyFourMegabytes(@TempDir Path folder) throws Exception {
        assertStreams(SIZE, Map.of("fourfold.artifacts.folder", folder.toString()));
    }

    @Test
    void partsInS3_throughSixtyFourMegabytes() throws Exception {
        assertStreams(PARTED_SIZE, TestBucket.settings());
    }

    private static void assertStreams(long size, Map<String, Object> settings) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=64m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                StreamsThrough.class.getName(),
                Long.toString(size)));
        settings.forEach((key, value) -> command.add(key + "=" + value));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            var lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();

            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isZero();
            List<String> figures = lines.subList(lines.size() - 3, lines.size());
            assertThat(figures.get(1)).isEqualTo(figures.getFirst()).hasSize(64);
            assertThat(figures.get(2)).isEqualTo(Long.toString(size));
        } finally {
            process.destroyForcibly();
        }
    }
}
