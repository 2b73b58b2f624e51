package dev.fourfold.cache;

import dev.fourfold.contract.log.ProcessLog;
import io.micronaut.runtime.Micronaut;

/** cache-svc as a process of its own; it needs nothing but the address of Redis. */
public final class Application {

    private Application() {}

    /** Starts; settings come from the environment, see {@code cache-svc.yml}. */
    public static void main(String[] args) {
        ProcessLog.begin("cache-svc");
        System.setProperty("micronaut.config.files", "classpath:cache-svc.yml,classpath:cache-process.yml");
        Micronaut.build(args).banner(false).start();
    }
}
