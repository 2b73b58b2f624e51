package dev.fourfold.metrics;

import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import io.micronaut.core.io.scan.ClassPathResourceLoader;

/**
 * The defaults of this service's configuration. Micronaut reads one {@code application.yml} of the class path, which in
 * one JVM with other services belongs to the launcher; so each service brings its defaults under a name of its own.
 */
public final class MetricsDefaults {

    private MetricsDefaults() {}

    /** What holds wherever the service runs; environment, system properties and arguments win over it. */
    public static PropertySource everywhere() {
        return read("metrics-svc");
    }

    /** What holds only where the service is a process of its own. */
    public static PropertySource process() {
        return read("metrics-svc-process");
    }

    private static PropertySource read(String name) {
        var classPath = ClassPathResourceLoader.defaultLoader(MetricsDefaults.class.getClassLoader());
        return new YamlPropertySourceLoader()
                .load(name, classPath)
                .orElseThrow(() -> new IllegalStateException(name + ".yml is not on the class path"));
    }
}
