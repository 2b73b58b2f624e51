package dev.fourfold.metrics;

import dev.fourfold.contract.log.ProcessLog;
import io.micronaut.runtime.Micronaut;
import org.slf4j.LoggerFactory;

/** metrics-svc as a process of its own: {@code java -jar metrics-svc.jar} needs only its store's address. */
public final class Application {

    private Application() {}

    /** Starts the service, or exits with status 1 and says why. */
    public static void main(String[] args) {
        ProcessLog.begin("metrics-svc");
        try {
            Micronaut.build(args)
                    .mainClass(Application.class)
                    .banner(false)
                    .propertySources(MetricsDefaults.everywhere(), MetricsDefaults.process())
                    .start();
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(Application.class).error("metrics-svc cannot start: {}", rootMessage(e));
            System.exit(1); // A failed start may leave threads behind.
        }
    }

    private static String rootMessage(Throwable failure) {
        var at = failure;
        while (at.getCause() != null) {
            at = at.getCause();
        }
        return at.getClass().getSimpleName() + ": " + at.getMessage();
    }
}
