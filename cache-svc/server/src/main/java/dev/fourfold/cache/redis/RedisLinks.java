package dev.fourfold.cache.redis;

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
    RedisLink answers(RedisConfiguration cache, TlsConfiguration tls, SentinelConfiguration sentinel) {
        return new RedisLink(RedisAddress.of(cache.url(), tls, sentinel, RedisLink.LIMIT), List.of(Scripts.values()));
    }

    @Context
    @Bean(preDestroy = "close")
    @Named(STATE)
    RedisLink state(
            RedisConfiguration cache,
            StateRedisConfiguration state,
            TlsConfiguration tls,
            SentinelConfiguration sentinel) {
        var scripts = new ArrayList<Script>(List.of(StateScripts.values()));
        scripts.addAll(List.of(HeartScripts.values()));
        String url = state.url().isEmpty() ? cache.url() : state.url();
        return new RedisLink(RedisAddress.of(url, tls, sentinel, RedisLink.LIMIT), scripts);
    }
}
