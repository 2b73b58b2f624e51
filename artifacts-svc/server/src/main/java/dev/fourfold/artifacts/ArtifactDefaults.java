package dev.fourfold.artifacts;

import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import io.micronaut.core.io.scan.ClassPathResourceLoader;

/**
 * The defaults of this service's configuration, under a name of their own: in one JVM with other services the class
 * path's {@code application.yml} belongs to the launcher.
 */
public final class ArtifactDefaults {

    private ArtifactDefaults() {}

    /** What holds wherever the service runs; environment, system properties and arguments win over it. */
    public static PropertySource everywhere() {
        return read("artifacts-svc");
    }

    /** What holds only where the service is a process of its own. */
    public static PropertySource process() {
        return read("artifacts-svc-process");
    }

    private static PropertySource read(String name) {
        var classPath = ClassPathResourceLoader.defaultLoader(ArtifactDefaults.class.getClassLoader());
        return new YamlPropertySourceLoader()
                .load(name, classPath)
                .orElseThrow(() -> new IllegalStateException(name + ".yml is not on the class path"));
    }
}
