package dev.fourfold.artifacts;

import io.micronaut.runtime.Micronaut;

/** artifacts-svc as a process of its own: {@code java -jar artifacts-svc.jar} needs only a folder. */
public final class Application {

    private Application() {}

    /** Starts the service, or exits with status 1 and says why. */
    public static void main(String[] args) {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "fourfold-logback.xml");
        }
        try {
            Micronaut.build(args)
                    .mainClass(Application.class)
                    .banner(false)
                    .propertySources(ArtifactDefaults.everywhere(), ArtifactDefaults.process())
                    .start();
        } catch (RuntimeException e) {
            System.err.println("artifacts-svc cannot start: " + rootMessage(e));
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
