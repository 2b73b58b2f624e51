package dev.fourfold.standalone.up;

import dev.fourfold.contract.Instance;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.embedded.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Each service and the gateway in a process of its own, from its own jar. */
final class SeparateProcesses implements Services {

    private static final List<String> NAMES = List.of("metadata", "metrics", "logs", "cache", "artifacts");
    private static final String LOOPBACK = "127.0.0.1";
    private static final int SERVICE_HEAP = 256;
    private static final int GATEWAY_HEAP = 384;

    private final List<ServiceProcess> processes = new ArrayList<>();

    private SeparateProcesses() {}

    static SeparateProcesses start(Settings settings, Map<String, String> given, Progress progress)
            throws InterruptedException {
        var properties = new LinkedHashMap<>(given);
        properties.put(KeptSecret.PROPERTY, KeptSecret.of(settings));
        var all = new SeparateProcesses();
        try {
            var forGateway = new LinkedHashMap<>(settings.given());
            forGateway.putAll(gatewayProperties(properties));
            int next = settings.servicePorts();
            for (String name : NAMES) {
                forGateway.put("fourfold." + name + ".url", all.run(name, 1, next++, settings, properties));
            }
            // Past the ports that everybody knows.
            for (String name : Journals.SERVICES) {
                for (int number = 2; number <= settings.instances(name); number++) {
                    String address = all.run(name, number, next++, settings, properties);
                    forGateway.merge("fourfold." + name + ".url", address, (some, more) -> some + "," + more);
                }
            }
            for (ServiceProcess service : all.processes) {
                service.awaitReady();
                progress.step(service.name() + " is ready on port " + service.port());
            }
            int port = settings.port() == 0 ? Ports.claim("gateway", 0) : settings.port();
            forGateway.put("fourfold.host", settings.host());
            forGateway.put("fourfold.port", Integer.toString(port));
            String asked = settings.loopback() || settings.host().equals("0.0.0.0") ? LOOPBACK : settings.host();
            all.run("gateway", "gateway", settings, asked, port, GATEWAY_HEAP, forGateway)
                    .awaitReady();
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
                        || name.startsWith("fourfold.metrics.postgres.")
                        || name.startsWith("fourfold.influx.")
                        || name.startsWith("fourfold.mongo.")
                        || name.startsWith("fourfold.redis.")
                        || name.startsWith("fourfold.s3.")
                        || name.equals("fourfold.artifacts.folder"));
        return some;
    }

    /** Runs one instance of a service and gives its address. */
    private String run(String name, int number, int nextPort, Settings settings, Map<String, String> properties) {
        String process = Journals.folder(name, number);
        int port = settings.servicePorts() == 0 ? Ports.claim(process, 0) : nextPort;
        var own = new LinkedHashMap<>(settings.given());
        own.putAll(properties);
        own.put("fourfold." + name + ".port", Integer.toString(port));
        if (Journals.SERVICES.contains(name)) {
            own.put("fourfold." + name + ".instance", new Instance(number, settings.instances(name)).toString());
            own.put(
                    Journals.property(name),
                    Journals.of(name, number, settings, properties).toString());
        }
        run(process, name + "-svc", settings, LOOPBACK, port, SERVICE_HEAP, own);
        return "http://" + LOOPBACK + ":" + port;
    }

    private ServiceProcess run(
            String name,
            String service,
            Settings settings,
            String host,
            int port,
            int heap,
            Map<String, String> properties) {
        Path target = service.equals("gateway")
                ? settings.home().resolve("gateway/target")
                : settings.home().resolve(service).resolve("server/target");
        var process = ServiceProcess.start(new ServiceProcess.Plan(
                name,
                target.resolve(service + ".jar"),
                settings.dataDir().resolve(name),
                host,
                port,
                service.equals("gateway") && settings.tls(),
                heap,
                properties));
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
    public Optional<StoreStatus> metricStore() {
        String name = Journals.folder("metrics", 1);
        return processes.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .flatMap(one -> one.ask("/metrics/store", StoreStatus.class));
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
