package dev.fourfold.gateway.answers;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Context;
import java.util.function.ToDoubleFunction;

/**
 * The counts for Prometheus, as {@code db_cache_hits} and {@code db_cache_misses}. Gauges, as the name of a counter would
 * get {@code _total} behind it there.
 */
@Context
final class CacheMeters {

    CacheMeters(MeterRegistry registry, HotAnswers answers) {
        register(registry, answers, "db.cache.hits", "Answers given from the cache since the start", CacheCounts::hits);
        register(
                registry,
                answers,
                "db.cache.misses",
                "Answers that were not given from the cache since the start",
                CacheCounts::misses);
    }

    private static void register(
            MeterRegistry registry, HotAnswers answers, String name, String what, ToDoubleFunction<CacheCounts> count) {
        Gauge.builder(name, answers, source -> count.applyAsDouble(source.counts()))
                .description(what)
                .tag("store", "redis")
                .register(registry);
    }
}
