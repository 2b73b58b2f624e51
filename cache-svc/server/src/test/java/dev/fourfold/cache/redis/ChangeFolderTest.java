package dev.fourfold.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.redis.ChangeFolder.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class ChangeFolderTest {

    private static final CacheView VIEW = new CacheView(1, "start");
    private static final CacheView NEXT_VIEW = new CacheView(2, "start");

    private final List<List<String>> folds = new ArrayList<>();
    private final List<CompletableFuture<Void>> underWay = new ArrayList<>();
    private final ChangeFolder folder = new ChangeFolder(this::script);

    @Test
    void whatComesWhileAScriptRuns_sharesTheNextInItsOrder() {
        var first = folder.make(VIEW, change("a"));
        var second = folder.make(VIEW, change("b"));
        var third = folder.make(VIEW, change("c"));
        assertThat(folds).containsExactly(List.of("a"));
        underWay.getFirst().complete(null);
        assertThat(first).isCompleted();
        assertThat(folds).containsExactly(List.of("a"), List.of("b", "c"));
        assertThat(second).isNotDone();
        underWay.get(1).complete(null);
        assertThat(second).isCompleted();
        assertThat(third).isCompleted();
        folder.make(VIEW, change("d"));
        assertThat(folds.getLast()).containsExactly("d");
    }

    @Test
    void changesOfAnotherView_areAnotherScript() {
        folder.make(VIEW, change("a"));
        folder.make(VIEW, change("b"));
        folder.make(NEXT_VIEW, change("c"));
        folder.make(VIEW, change("d"));
        underWay.getFirst().complete(null);
        underWay.get(1).complete(null);
        underWay.get(2).complete(null);
        assertThat(folds).containsExactly(List.of("a"), List.of("b"), List.of("c"), List.of("d"));
    }

    @Test
    void aFailure_isToldToAllWhoSharedAndToNobodyElse() {
        folder.make(VIEW, change("a"));
        var second = folder.make(VIEW, change("b"));
        var third = folder.make(VIEW, change("c"));
        underWay.getFirst().complete(null);
        var fourth = folder.make(VIEW, change("d"));
        underWay.get(1).completeExceptionally(new IllegalStateException("away"));
        assertThat(second).isCompletedExceptionally();
        assertThat(third).isCompletedExceptionally();
        assertThat(fourth).isNotDone();
        underWay.get(2).complete(null);
        assertThat(fourth).isCompleted();
    }

    @Test
    void aChangeThatItsCallerGaveUp_isLeftOut() {
        folder.make(VIEW, change("a"));
        folder.make(VIEW, change("b")).cancel(false);
        underWay.getFirst().complete(null);
        assertThat(folds).containsExactly(List.of("a"));
        folder.make(VIEW, change("c"));
        assertThat(folds).containsExactly(List.of("a"), List.of("c"));
    }

    @Test
    void aScriptThatCannotBeSent_fails() {
        var broken = new ChangeFolder((_, _) -> {
            throw new IllegalStateException("closed");
        });
        assertThat(broken.make(VIEW, change("a"))).isCompletedExceptionally();
        assertThat(broken.make(VIEW, change("b"))).isCompletedExceptionally();
    }

    private CompletionStage<?> script(CacheView view, List<Change> changes) {
        folds.add(changes.stream().map(Change::mark).toList());
        var stage = new CompletableFuture<Void>();
        underWay.add(stage);
        return stage;
    }

    private static Change change(String mark) {
        return new Change(mark, 1_000, List.of("run:1"));
    }
}
