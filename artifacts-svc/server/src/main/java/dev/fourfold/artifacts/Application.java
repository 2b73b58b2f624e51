package dev.fourfold.artifacts;

import dev.fourfold.contract.log.ProcessLog;
import io.micronaut.runtime.Micronaut;
import org.slf4j.LoggerFactory;

/** artifacts-svc as a process of its own: {@code java -jar artifacts-svc.jar} needs only a folder. */
public final class Application {

    private Application() {}

    /** Starts the service, or exits with status 1 and says why. */
    public static void main(String[] args) {
        ProcessLog.begin("artifacts-svc");
        try {
            Micronaut.build(args)
                    .mainClass(Application.class)
                    .banner(false)
                    .propertySources(ArtifactDefaults.everywhere(), ArtifactDefaults.process())
                    .start();
        } catch (RuntimeException e) {
            LoggerFactory.getLogger(Application.class).error("artifacts-svc cannot start: {}", rootMessage(e));
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
