package dev.fourfold.cache.redis;

import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import jakarta.inject.Named;
import jakarta.inject.Singleton;

/** What can be told of Redis without asking it more than its link knows. */
@Singleton
final class RedisStatus implements StoreOperations {

    private final RedisLink link;

    RedisStatus(@Named(RedisLinks.ANSWERS) RedisLink link) {
        this.link = link;
    }

    @Override
    public StoreStatus status() {
        try {
            return new StoreStatus("redis", "Redis", link.live().version(), link.where(), true, null);
        } catch (CacheAwayException e) {
            return new StoreStatus("redis", "Redis", null, link.where(), false, e.reason());
        }
    }
}
