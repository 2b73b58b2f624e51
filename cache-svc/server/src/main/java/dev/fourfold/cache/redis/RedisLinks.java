package dev.fourfold.cache.redis;

import dev.fourfold.contract.meters.Store;
import dev.fourfold.contract.meters.StoreCalls;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;

/** A connection for hot answers and one for training state, to two servers or to one: neither waits for the other. */
@Factory
final class RedisLinks {

    static final String ANSWERS = "answers";
    static final String STATE = "state";

    @Context
    @Bean(preDestroy = "close")
    @Named(ANSWERS)
    RedisLink answers(
            RedisConfiguration cache, TlsConfiguration tls, SentinelConfiguration sentinel, MeterRegistry meters) {
        return link(ANSWERS, cache.url(), tls, sentinel, List.of(Scripts.values()), meters);
    }

    @Context
    @Bean(preDestroy = "close")
    @Named(STATE)
    RedisLink state(
            RedisConfiguration cache,
            StateRedisConfiguration state,
            TlsConfiguration tls,
            SentinelConfiguration sentinel,
            MeterRegistry meters) {
        var scripts = new ArrayList<Script>(List.of(StateScripts.values()));
        scripts.addAll(List.of(HeartScripts.values()));
        String url = state.url().isEmpty() ? cache.url() : state.url();
        return link(STATE, url, tls, sentinel, scripts, meters);
    }

    private static RedisLink link(
            String name,
            String url,
            TlsConfiguration tls,
            SentinelConfiguration sentinel,
            List<? extends Script> scripts,
            MeterRegistry meters) {
        var calls = new StoreCalls(meters, Store.REDIS);
        var link = new RedisLink(RedisAddress.of(url, tls, sentinel, RedisLink.LIMIT), scripts, calls);
        calls.connections(name, () -> link.open() ? 1 : 0);
        return link;
    }
}
