package dev.fourfold.cache;

import io.micronaut.runtime.Micronaut;

/** cache-svc as a process of its own; it needs nothing but the address of Redis. */
public final class Application {

    private Application() {}

    /** Starts; settings come from the environment, see {@code cache-svc.yml}. */
    public static void main(String[] args) {
        System.setProperty("micronaut.config.files", "classpath:cache-svc.yml,classpath:cache-process.yml");
        System.setProperty("logback.configurationFile", "fourfold-logback.xml");
        Micronaut.build(args).banner(false).start();
    }
}
