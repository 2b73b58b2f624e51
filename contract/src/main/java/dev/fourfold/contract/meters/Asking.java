package dev.fourfold.contract.meters;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.annotation.Value;
import io.micronaut.runtime.event.annotation.EventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the stores for their figures, each in a thread of its own, so that a scrape waits for no store. However long an
 * answer takes, asking takes a hundredth of the time at most. Where nothing is to be scraped nobody asks.
 */
@Context
@Requires(beans = MeterRegistry.class)
@Requires(property = "endpoints.all.enabled", notEquals = "false")
final class Asking {

    private static final Logger LOG = LoggerFactory.getLogger(Asking.class);
    private static final int SHARE = 100;

    private final MeterRegistry registry;
    private final Supplier<List<StoreFigures>> figures;
    private final Duration every;
    private final List<Thread> threads = new ArrayList<>();

    /** @param figures made only once all is up: what they need is nothing to start for */
    @Inject
    Asking(
            MeterRegistry registry,
            BeanProvider<StoreFigures> figures,
            @Value("${fourfold.meters.every:15s}") Duration every) {
        this(registry, () -> figures.stream().toList(), every);
    }

    Asking(MeterRegistry registry, Supplier<List<StoreFigures>> figures, Duration every) {
        this.registry = registry;
        this.figures = figures;
        this.every = every;
    }

    @EventListener
    void begin(ServerStartupEvent event) {
        start();
    }

    synchronized void start() {
        for (StoreFigures one : figures.get()) {
            threads.add(Thread.ofVirtual().name("figures-" + one.name()).start(() -> keepAsking(one)));
        }
    }

    @PreDestroy
    synchronized void stop() {
        threads.forEach(Thread::interrupt);
    }

    private void keepAsking(StoreFigures source) {
        var shown = new Shown(registry);
        boolean told = false;
        try {
            while (true) {
                long begun = System.nanoTime();
                long ended = begun;
                try {
                    var answer = source.ask();
                    ended = System.nanoTime();
                    shown.show(answer);
                    told = false;
                } catch (InterruptedException e) {
                    throw e;
                } catch (Exception e) {
                    ended = System.nanoTime();
                    shown.show(List.of());
                    if (!told) {
                        LOG.warn("event=figures-missing of={} reason=\"{}\"", source.name(), e.getMessage());
                        told = true;
                    }
                }
                var took = Duration.ofNanos(ended - begun);
                var pause = took.multipliedBy(SHARE);
                Thread.sleep(pause.compareTo(every) > 0 ? pause : every);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The service stops.
        }
    }

    /** What is shown of one store's figures. A series that stays is not taken away for a moment: somebody may scrape then. */
    private static final class Shown {

        private final MeterRegistry registry;
        private final EnumMap<Figure.Kind, MultiGauge> gauges = new EnumMap<>(Figure.Kind.class);
        private final HashMap<Figure, AtomicReference<Double>> values = new HashMap<>();

        Shown(MeterRegistry registry) {
            this.registry = registry;
        }

        /** In place of what was shown before: a replica that is gone has no series. */
        void show(List<Figure> told) {
            var byKind = told.stream().collect(Collectors.groupingBy(Figure::kind));
            for (var kind : Figure.Kind.values()) {
                var now = byKind.getOrDefault(kind, List.of());
                if (!now.isEmpty() || gauges.containsKey(kind)) {
                    gauges.computeIfAbsent(kind, this::gauge)
                            .register(
                                    now.stream()
                                            .<MultiGauge.Row<?>>map(this::row)
                                            .toList(),
                                    false);
                }
            }
        }

        private MultiGauge.Row<?> row(Figure figure) {
            var series = new Figure(figure.kind(), figure.tags(), 0);
            var value = values.computeIfAbsent(series, _ -> new AtomicReference<>());
            value.set(figure.value());
            return MultiGauge.Row.of(figure.tags(), value, AtomicReference::get);
        }

        private MultiGauge gauge(Figure.Kind kind) {
            return MultiGauge.builder(kind.meter())
                    .description(kind.description())
                    .baseUnit(kind.unit())
                    .register(registry);
        }
    }
}
