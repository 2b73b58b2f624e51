package dev.fourfold.standalone.up;

import dev.fourfold.embedded.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Each service and the gateway in a process of its own, from its own jar. */
final class SeparateProcesses implements Services {

    private static final List<String> NAMES = List.of("metadata", "metrics", "logs", "cache", "artifacts");
    private static final String LOOPBACK = "127.0.0.1";
    private static final int SERVICE_HEAP = 256;
    private static final int GATEWAY_HEAP = 384;

    private final List<ServiceProcess> processes = new ArrayList<>();

    private SeparateProcesses() {}

    static SeparateProcesses start(Settings settings, Map<String, String> properties, Progress progress)
            throws InterruptedException {
        var all = new SeparateProcesses();
        try {
            var forGateway = new LinkedHashMap<>(settings.given());
            forGateway.putAll(gatewayProperties(properties));
            int next = settings.servicePorts();
            for (String name : NAMES) {
                int port = settings.servicePorts() == 0 ? Ports.claim(name + "-svc", 0) : next++;
                var own = new LinkedHashMap<>(settings.given());
                own.putAll(properties);
                own.put("fourfold." + name + ".port", Integer.toString(port));
                all.run(name + "-svc", settings, LOOPBACK, port, SERVICE_HEAP, own);
                forGateway.put("fourfold." + name + ".url", "http://" + LOOPBACK + ":" + port);
            }
            for (ServiceProcess service : all.processes) {
                service.awaitReady();
                progress.step(service.name() + " is ready on port " + service.port());
            }
            int port = settings.port() == 0 ? Ports.claim("gateway", 0) : settings.port();
            forGateway.put("fourfold.host", settings.host());
            forGateway.put("fourfold.port", Integer.toString(port));
            String asked = settings.loopback() || settings.host().equals("0.0.0.0") ? LOOPBACK : settings.host();
            all.run("gateway", settings, asked, port, GATEWAY_HEAP, forGateway).awaitReady();
            return all;
        } catch (RuntimeException | InterruptedException e) {
            all.close();
            throw e;
        }
    }

    /** The gateway reaches services, not stores. */
    private static Map<String, String> gatewayProperties(Map<String, String> properties) {
        var some = new LinkedHashMap<>(properties);
        some.keySet()
                .removeIf(name -> name.startsWith("fourfold.postgres.")
                        || name.startsWith("fourfold.influx.")
                        || name.startsWith("fourfold.mongo.")
                        || name.startsWith("fourfold.redis.")
                        || name.startsWith("fourfold.s3.")
                        || name.equals("fourfold.artifacts.folder"));
        return some;
    }

    private ServiceProcess run(
            String name, Settings settings, String host, int port, int heap, Map<String, String> properties) {
        Path target = name.equals("gateway")
                ? settings.home().resolve("gateway/target")
                : settings.home().resolve(name).resolve("server/target");
        var process = ServiceProcess.start(new ServiceProcess.Plan(
                name, target.resolve(name + ".jar"), settings.dataDir().resolve(name), host, port, heap, properties));
        processes.add(process);
        return process;
    }

    @Override
    public List<String> lines() {
        return processes.stream()
                .map(one -> String.format("%-14s port %-5d process %d", one.name(), one.port(), one.pid()))
                .toList();
    }

    @Override
    public int port() {
        return processes.getLast().port();
    }

    @Override
    public void restartWhatEnded() {
        processes.forEach(ServiceProcess::restartIfEnded);
    }

    @Override
    public void close() {
        processes.reversed().forEach(ServiceProcess::close);
    }
}
