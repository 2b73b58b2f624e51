package dev.fourfold.gateway.answers;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Keeps nothing: every read loads. For platforms that are run without the cache. */
@Singleton
@Requires(property = "fourfold.cache.enabled", value = "false")
final class PassThroughAnswers implements HotAnswers {

    @Override
    public HotAnswer read(String key, Supplier<LoadedAnswer> load) {
        return new HotAnswer(load.get().bytes(), false);
    }

    @Override
    public ManyAnswers readAll(String group, List<String> keys, ManyLoader load) {
        return new ManyAnswers(load.load(IntStream.range(0, keys.size()).boxed().toList()), 0);
    }

    @Override
    public <T> T write(Collection<String> subjects, Supplier<T> change) {
        return change.get();
    }

    @Override
    public CacheCounts counts() {
        return new CacheCounts(0, 0);
    }
}
