package dev.fourfold.gateway.answers;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.function.Supplier;

/** Keeps nothing: every read loads. For platforms that are run without the cache. */
@Singleton
@Requires(property = "fourfold.cache.enabled", value = "false")
final class PassThroughAnswers implements HotAnswers {

    @Override
    public HotAnswer read(String key, Supplier<LoadedAnswer> load) {
        return new HotAnswer(load.get().bytes(), false);
    }

    @Override
    public <T> T write(Collection<String> subjects, Supplier<T> change) {
        return change.get();
    }
}
