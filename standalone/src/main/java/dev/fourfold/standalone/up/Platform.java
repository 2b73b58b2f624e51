package dev.fourfold.standalone.up;

import dev.fourfold.contract.Instance;
import dev.fourfold.embedded.DataFolder;
import dev.fourfold.embedded.EmbeddedStore;
import dev.fourfold.standalone.CommandFailure;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole platform that runs: its data folder is locked, its stores, services and gateway are up. */
public final class Platform implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Platform.class);
    private static final Duration WATCH = Duration.ofMillis(500);

    private final Settings settings;
    private final Progress progress;
    private final DataFolder folder;
    private final Stores stores;
    private final Services services;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final ReentrantLock closing = new ReentrantLock();
    private boolean closed;

    private Platform(Settings settings, Progress progress, DataFolder folder, Stores stores, Services services) {
        this.settings = settings;
        this.progress = progress;
        this.folder = folder;
        this.stores = stores;
        this.services = services;
    }

    /** Starts everything and prints how it goes; where a part fails, what was started is stopped again. */
    public static Platform start(Settings settings, PrintStream out) throws InterruptedException {
        var progress = new Progress(out);
        progress.print(
                "Fourfold starts in " + settings.dataDir() + (settings.separate() ? ", each service a process" : ""));
        DataFolder folder = DataFolder.lock(settings.dataDir());
        try {
            // A killed launcher's gateway may still hold the port, and its services the journals.
            ServiceProcess.stopLeftOvers(settings.dataDir());
            checkPort(settings);
            Journals.check(settings, settings.given());
            Stores stores = Stores.start(settings, progress);
            try {
                var properties = properties(settings, stores);
                progress.step("stores are up; starting the services");
                Services services = settings.separate()
                        ? SeparateProcesses.start(settings, properties, progress)
                        : OneJvm.start(settings, properties);
                var platform = new Platform(settings, progress, folder, stores, services);
                Runtime.getRuntime()
                        .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(platform::close));
                platform.printSummary();
                Thread.ofVirtual().name("watch").start(platform::watch);
                return platform;
            } catch (RuntimeException | InterruptedException e) {
                stores.close();
                throw e;
            }
        } catch (RuntimeException | InterruptedException e) {
            folder.close();
            throw e;
        }
    }

    /** Where clients find the gateway. */
    public String url() {
        String url = settings.publicUrl();
        return url.substring(0, url.lastIndexOf(':') + 1) + services.port();
    }

    /** Waits until somebody asks the platform to stop. */
    public void awaitStop() throws InterruptedException {
        stop.await();
    }

    @Override
    public void close() {
        stop.countDown();
        closing.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            progress.print("Stopping ...");
            services.close();
            stores.close();
            folder.close();
            progress.print("Stopped.");
        } finally {
            closing.unlock();
        }
    }

    private static Map<String, String> properties(Settings settings, Stores stores) {
        var properties = new LinkedHashMap<>(settings.given());
        properties.putAll(stores.properties());
        for (String name : Journals.SERVICES) {
            properties.put(
                    Journals.property(name),
                    Journals.of(name, 1, settings, settings.given()).toString());
            properties.put("fourfold." + name + ".instance", Instance.ONLY.toString());
        }
        // Beside the metadata, in a schema of its own, unless told otherwise: which store points are in, and points.
        for (String part : List.of("url", "username", "password")) {
            String value = properties.get("fourfold.postgres." + part);
            if (value != null) {
                properties.putIfAbsent("fourfold.metrics.postgres." + part, value);
            }
        }
        if (!settings.loopback()) {
            properties.put("fourfold.security.sign-in", "required");
        }
        return properties;
    }

    private static void checkPort(Settings settings) {
        if (settings.port() == 0) {
            return;
        }
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(settings.host()), settings.port()));
        } catch (BindException e) {
            throw new CommandFailure("Port " + settings.port() + " of " + settings.host()
                    + " is taken by another program (or not this machine's): choose another with --port.");
        } catch (UnknownHostException e) {
            throw new CommandFailure("The host " + settings.host() + " is not known.");
        } catch (IOException e) {
            throw new CommandFailure(
                    "Cannot listen at " + settings.host() + ":" + settings.port() + ": " + e.getMessage());
        }
    }

    private void printSummary() {
        progress.print("");
        progress.print("Fourfold is ready at " + url() + " after "
                + String.format("%.1f", progress.sinceStart().toMillis() / 1000.0) + " s");
        progress.print("  data folder  " + settings.dataDir());
        stores.lines(services.metricStore().orElse(null)).forEach(line -> progress.print(line.toString()));
        services.lines().forEach(line -> progress.print("  " + line));
        progress.print("Track a run:   export MLFLOW_TRACKING_URI=" + url());
        if (!settings.loopback()) {
            progress.print("Everybody must sign in: set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.");
            if (settings.separate()) {
                progress.print("The first start wrote an administrator's password to "
                        + settings.dataDir().resolve("gateway/service.log") + ".");
            }
        }
        progress.print("Stop with Ctrl-C.");
    }

    /** Starts again what ended by itself, stores first: nothing that was acknowledged is lost by that. */
    private void watch() {
        try {
            while (!stop.await(WATCH.toMillis(), TimeUnit.MILLISECONDS)) {
                if (!settings.supervise()) {
                    continue;
                }
                for (EmbeddedStore store : stores.embedded()) {
                    if (!store.running()) {
                        LOG.warn("event=store-restarted store={}", store.part());
                        tryTo(store::restart, store.part());
                    }
                }
                tryTo(services::restartWhatEnded, "services");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The JVM ends.
        }
    }

    private void tryTo(Runnable restart, String what) {
        closing.lock();
        try {
            if (!closed) {
                restart.run();
            }
        } catch (RuntimeException e) {
            LOG.error("event=restart-failed what={}", what, e);
        } finally {
            closing.unlock();
        }
    }
}
