package dev.fourfold.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.metadata.feature.FeatureConfiguration;
import dev.fourfold.metadata.postgres.ReplicaConfiguration;
import dev.fourfold.metadata.purge.PurgeConfiguration;
import dev.fourfold.metadata.run.WriteFolding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

    private static final Pattern VARIABLE = Pattern.compile("FOURFOLD_[A-Z_]+");

    @Test
    void readme_namesEveryVariable() throws IOException {
        var read = new TreeSet<String>();
        for (var file : new String[] {"metadata-svc.yml", "metadata-svc-process.yml"}) {
            variables(Path.of("src/main/resources", file)).forEach(read::add);
        }
        assertThat(variables(Path.of("../README.md")).toList()).containsAll(read);
        assertThat(read).containsAll(variables(Path.of("../README.md")).toList());
    }

    @Test
    void folding_hasItsDefaults_andTakesOthers() {
        assertThat(folding(Map.of())).isEqualTo(new WriteFolding(2, 200, 10_000, 1000, Duration.ofSeconds(9)));
        assertThat(folding(Map.of(
                        "fourfold.metadata.writes.committers", 1,
                        "fourfold.metadata.writes.max-requests", 2,
                        "fourfold.metadata.writes.max-rows", 3,
                        "fourfold.metadata.writes.max-waiting", 4,
                        "fourfold.metadata.writes.deadline", "5s")))
                .isEqualTo(new WriteFolding(1, 2, 3, 4, Duration.ofSeconds(5)));
    }

    @Test
    void pool_hasTheDefaults_andTakesOthers() {
        assertThat(pool(Map.of())).containsExactly("20", "60", "3600000", "1500");
        assertThat(pool(Map.of(
                        "fourfold.metadata.idle-connections", 1,
                        "fourfold.metadata.connections", 2,
                        "fourfold.metadata.connection-lifetime", 60_000,
                        "fourfold.metadata.connection-timeout", 300)))
                .containsExactly("1", "2", "60000", "300");
    }

    private static List<String> pool(Map<String, Object> settings) {
        try (var context = OneProcess.start(settings, Map.of("datasources.metadata.enabled", false))) {
            return Stream.of("minimum-idle", "maximum-pool-size", "max-lifetime", "connection-timeout")
                    .map(key -> context.getRequiredProperty("datasources.metadata." + key, String.class))
                    .toList();
        }
    }

    @Test
    void purge_hasItsDefaults_andTakesOthers() {
        assertThat(purge(Map.of())).isEqualTo(new PurgeConfiguration(Duration.ofDays(7), Duration.ofSeconds(10)));
        assertThat(purge(Map.of("fourfold.metadata.purge.grace", "1h", "fourfold.metadata.purge.settle", "0s")))
                .isEqualTo(new PurgeConfiguration(Duration.ofHours(1), Duration.ZERO));
    }

    @Test
    void features_haveTheirDefaults_andTakeOthers() {
        assertThat(features(Map.of()))
                .isEqualTo(
                        new FeatureConfiguration(1_000_000, 1L << 30, Duration.ofSeconds(30), Duration.ofMinutes(1)));
        assertThat(features(Map.of(
                        "fourfold.metadata.features.max-rows",
                        1,
                        "fourfold.metadata.features.max-bytes",
                        2,
                        "fourfold.metadata.features.sweep-every",
                        "3s",
                        "fourfold.metadata.features.sweep-grace",
                        "4s")))
                .isEqualTo(new FeatureConfiguration(1, 2, Duration.ofSeconds(3), Duration.ofSeconds(4)));
    }

    @Test
    void replicas_haveTheirDefaults_andTakeOthers() {
        assertThat(replicas(Map.of()))
                .isEqualTo(new ReplicaConfiguration("", Duration.ofSeconds(1), Duration.ofMillis(20)))
                .extracting(ReplicaConfiguration::addresses)
                .isEqualTo(List.of());
        var others = replicas(Map.of(
                "fourfold.postgres.read.urls",
                "jdbc:postgresql://a,b/fourfold, jdbc:postgresql://c/fourfold",
                "fourfold.postgres.read.max-lag",
                "3s",
                "fourfold.postgres.read.patience",
                "0s"));
        assertThat(others.addresses())
                .containsExactly("jdbc:postgresql://a,b/fourfold", "jdbc:postgresql://c/fourfold");
        assertThat(others.maxLag()).isEqualTo(Duration.ofSeconds(3));
        assertThat(others.patience()).isZero();
        assertThatThrownBy(() -> new ReplicaConfiguration("postgres://a/fourfold", Duration.ZERO, Duration.ZERO))
                .hasMessageContaining("FOURFOLD_POSTGRES_READ_URLS");
    }

    private static ReplicaConfiguration replicas(Map<String, Object> settings) {
        try (var context = OneProcess.start(settings, Map.of("datasources.metadata.enabled", false))) {
            return context.getBean(ReplicaConfiguration.class);
        }
    }

    private static FeatureConfiguration features(Map<String, Object> settings) {
        try (var context = OneProcess.start(settings, Map.of("datasources.metadata.enabled", false))) {
            return context.getBean(FeatureConfiguration.class);
        }
    }

    private static PurgeConfiguration purge(Map<String, Object> settings) {
        try (var context = OneProcess.start(settings, Map.of("datasources.metadata.enabled", false))) {
            return context.getBean(PurgeConfiguration.class);
        }
    }

    private static WriteFolding folding(Map<String, Object> settings) {
        try (var context = OneProcess.start(settings, Map.of("datasources.metadata.enabled", false))) {
            return context.getBean(WriteFolding.class);
        }
    }

    private static Stream<String> variables(Path file) throws IOException {
        return VARIABLE.matcher(Files.readString(file)).results().map(found -> found.group());
    }
}
