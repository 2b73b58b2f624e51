package dev.fourfold.cache.redis;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Named;
import java.util.List;

/** The connections to Redis, which begin with the service. */
@Factory
final class RedisLinks {

    static final String ANSWERS = "answers";

    @Context
    @Bean(preDestroy = "close")
    @Named(ANSWERS)
    RedisLink answers(RedisConfiguration cache, TlsConfiguration tls, SentinelConfiguration sentinel) {
        return new RedisLink(RedisAddress.of(cache.url(), tls, sentinel, RedisLink.LIMIT), List.of(Scripts.values()));
    }
}
