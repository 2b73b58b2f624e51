package dev.fourfold.logs;

import dev.fourfold.contract.log.ProcessLog;
import io.micronaut.runtime.Micronaut;

/** logs-svc as a process of its own; it needs nothing but the address of MongoDB. */
public final class Application {

    private Application() {}

    /** Starts; settings come from the environment, see {@code logs-svc.yml}. */
    public static void main(String[] args) {
        ProcessLog.begin("logs-svc");
        System.setProperty("micronaut.config.files", "classpath:logs-svc.yml,classpath:logs-process.yml");
        Micronaut.build(args).banner(false).start();
    }
}
