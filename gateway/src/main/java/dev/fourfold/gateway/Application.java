package dev.fourfold.gateway;

import dev.fourfold.contract.log.ProcessLog;
import dev.fourfold.gateway.security.DoorTls;
import io.micronaut.runtime.Micronaut;
import java.util.Locale;
import java.util.Map;

/** The gateway as a process of its own: it needs nothing but the addresses of the five services. */
public final class Application {

    private Application() {}

    /** Starts; settings come from the environment, see {@code gateway.yml} and {@code gateway-process.yml}. */
    public static void main(String[] args) {
        ProcessLog.begin("gateway");
        System.setProperty("micronaut.config.files", "classpath:gateway.yml,classpath:gateway-process.yml");
        Map<String, Object> tls = DoorTls.properties(
                name -> System.getenv(name.toUpperCase(Locale.ROOT).replace('.', '_')),
                System.getenv().getOrDefault("FOURFOLD_PORT", "5000"));
        Micronaut.build(args).properties(tls).banner(false).start();
    }
}
