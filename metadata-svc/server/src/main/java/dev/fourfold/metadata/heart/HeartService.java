package dev.fourfold.metadata.heart;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.run.RunProblems;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hearts, by the rules of what they may be. */
@Singleton
@ServesMetadata
final class HeartService implements HeartOperations {

    private static final int LARGEST_PAGE = 10_000;
    private static final int LONGEST_INCARNATION = 250;

    private final HeartStore store;

    HeartService(HeartStore store) {
        this.store = store;
    }

    @Override
    public BegunHeart begin(String runId, NewHeart heart) {
        requireStorable(runId);
        return store.begin(runId, HeartRules.checked(heart));
    }

    @Override
    public RunHeart get(String runId) {
        requireStorable(runId);
        return store.find(runId).orElseThrow(() -> RunProblems.notFound(runId).toException());
    }

    @Override
    public void remove(String runId) {
        requireStorable(runId);
        if (!store.remove(runId)) {
            throw RunProblems.notFound(runId).toException();
        }
    }

    @Override
    public List<HeartVerdict> stop(SilentHearts silent) {
        if (silent.hearts().size() > SilentHearts.MOST) {
            throw Texts.invalid("There are at most " + SilentHearts.MOST + " hearts in a request.");
        }
        requireIncarnation(silent.incarnation());
        return store.stop(silent);
    }

    @Override
    public HeartPage beating(@Nullable Long after, int limit) {
        if (limit < 1 || limit > LARGEST_PAGE) {
            throw Texts.invalid("There are 1 to " + LARGEST_PAGE + " hearts in a page, not " + limit + ".");
        }
        return store.beating(after, limit);
    }

    @Override
    public void watch(@Nullable String incarnation) {
        if (incarnation != null) {
            requireIncarnation(incarnation);
        }
        store.watch(incarnation);
    }

    private static void requireIncarnation(String incarnation) {
        Texts.atMost(LONGEST_INCARNATION, "incarnation", Texts.required("incarnation", incarnation));
    }

    private static void requireStorable(String runId) {
        if (!Texts.isStorable(runId)) {
            throw RunProblems.notFound(runId).toException();
        }
    }
}
