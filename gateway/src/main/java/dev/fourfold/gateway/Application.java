package dev.fourfold.gateway;

import io.micronaut.runtime.Micronaut;

/** The gateway as a process of its own: it needs nothing but the addresses of the five services. */
public final class Application {

    private Application() {}

    /** Starts; settings come from the environment, see {@code gateway.yml} and {@code gateway-process.yml}. */
    public static void main(String[] args) {
        System.setProperty("micronaut.config.files", "classpath:gateway.yml,classpath:gateway-process.yml");
        System.setProperty("logback.configurationFile", "fourfold-logback.xml");
        Micronaut.build(args).banner(false).start();
    }
}
