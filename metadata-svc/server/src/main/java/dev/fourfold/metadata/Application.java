package dev.fourfold.metadata;

import dev.fourfold.contract.log.ProcessLog;
import io.micronaut.runtime.Micronaut;

/** metadata-svc as a process of its own: {@code java -jar metadata-svc.jar} needs only its store's address. */
public final class Application {

    private Application() {}

    /** Starts the service; Micronaut exits with status 1 and says why where that fails. */
    public static void main(String[] args) {
        ProcessLog.begin("metadata-svc");
        Micronaut.build(args)
                .mainClass(Application.class)
                .banner(false)
                .propertySources(MetadataDefaults.everywhere(), MetadataDefaults.process())
                .start();
    }
}
