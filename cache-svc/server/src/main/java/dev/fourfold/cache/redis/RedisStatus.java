package dev.fourfold.cache.redis;

import dev.fourfold.cache.answer.CacheAwayException;
import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** What can be told of Redis without asking it more than its link knows. */
@Singleton
final class RedisStatus implements StoreOperations {

    private final RedisLink link;
    private final RedisLink state;

    RedisStatus(@Named(RedisLinks.ANSWERS) RedisLink link, @Named(RedisLinks.STATE) RedisLink state) {
        this.link = link;
        this.state = state;
    }

    @Override
    public StoreStatus status() {
        String reason = reason(link);
        String stateReason = reasonOfState();
        boolean both = reason == null && stateReason == null;
        String where = state.where().equals(link.where()) ? link.where() : link.where() + ", " + state.where();
        String detail = both ? null : reason == null ? "training state: " + stateReason : reason;
        return new StoreStatus("redis", "Redis", version(), where, both, detail);
    }

    private @Nullable String version() {
        try {
            return link.live().version();
        } catch (CacheAwayException e) {
            return null; // Its status says so.
        }
    }

    private @Nullable String reasonOfState() {
        try {
            String evicting = state.live().evicting();
            return evicting == null ? null : StateRunner.evicts(evicting);
        } catch (CacheAwayException e) {
            return e.reason();
        }
    }

    private static @Nullable String reason(RedisLink link) {
        try {
            link.live();
            return null;
        } catch (CacheAwayException e) {
            return e.reason();
        }
    }
}
