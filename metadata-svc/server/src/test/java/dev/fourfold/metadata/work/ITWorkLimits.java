package dev.fourfold.metadata.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import io.micronaut.context.ApplicationContext;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Lists of many items and of many bytes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ITWorkLimits {

    private static final int MOST_BYTES = 100_000;

    private final ApplicationContext context = OneProcess.start(
            TestPostgres.emptyDatabase(),
            Map.of("fourfold.metadata.work.max-items", 3_000, "fourfold.metadata.work.max-bytes", MOST_BYTES));
    private final WorkOperations work = context.getBean(WorkOperations.class);
    private final WorkStore store = context.getBean(WorkStore.class);

    @AfterAll
    void stop() {
        context.close();
    }

    @Test
    void longList_isRemovedInPortions_andIsEmptyMeanwhile() {
        String namespace = "n-" + UUID.randomUUID();
        for (int from = 0; from < 3_000; from += 1_000) {
            work.add(
                    namespace,
                    "l",
                    new NewWork(IntStream.range(from, from + 1_000)
                            .mapToObj(i -> new NewItem("i" + i, ""))
                            .toList()));
        }
        assertThat(store.delete(namespace, "l")).as("all of it at once").isFalse();
        assertThat(work.counts(namespace, "l")).isEqualTo(new WorkCounts(0, 0, 0));
        assertThat(work.take(namespace, "l", new TakeWork("w", 1, 1_000, null)))
                .isEqualTo(new TakenWork(List.of(), false));
        assertThat(problemOf(() -> work.get(namespace, "l", "i2999"))).isInstanceOf(Problem.NotFound.class);
        assertThat(problemOf(() -> work.add(namespace, "l", new NewWork(List.of(new NewItem("a", ""))))))
                .isInstanceOf(Problem.InvalidState.class);
        assertThat(work.lists(namespace, null, 10).lists()).containsExactly("l");
        work.delete(namespace, "l");
        assertThat(work.lists(namespace, null, 10).lists()).isEmpty();
        work.add(namespace, "l", new NewWork(List.of(new NewItem("i1", "new"))));
        assertThat(work.counts(namespace, "l")).isEqualTo(new WorkCounts(1, 0, 0));
    }

    @Test
    void results_countAmongTheBytesOfAList() {
        String namespace = "n-" + UUID.randomUUID();
        work.add(
                namespace, "l", new NewWork(List.of(new NewItem("a", ""), new NewItem("b", ""), new NewItem("c", ""))));
        long token = work.take(namespace, "l", new TakeWork("w", 3, 60_000, null))
                .items()
                .getFirst()
                .token();
        String large = "é".repeat(20_000);
        var first = new FinishItem("a", token, large);
        work.finish(namespace, "l", first);
        work.finish(namespace, "l", new FinishItem("b", token, large));
        assertThat(problemOf(() -> work.finish(namespace, "l", new FinishItem("c", token, large))))
                .isInstanceOf(Problem.Full.class);
        assertThat(work.finish(namespace, "l", first).state()).as("a repeat").isEqualTo(ItemState.DONE);
        assertThat(work.get(namespace, "l", "c").state()).isEqualTo(ItemState.TAKEN);
        assertThat(problemOf(() -> work.add(
                        namespace, "l", new NewWork(List.of(new NewItem("d", "x".repeat(MOST_BYTES - 80_000)))))))
                .isInstanceOf(Problem.Full.class);
        assertThat(work.finish(namespace, "l", new FinishItem("c", token, null)).state())
                .isEqualTo(ItemState.DONE);
        work.delete(namespace, "l");
        work.add(namespace, "l", new NewWork(List.of(new NewItem("d", "x".repeat(60_000)))));
    }

    private static Problem problemOf(ThrowingCallable command) {
        var problem = new Problem[1];
        assertThatThrownBy(command).isInstanceOfSatisfying(ProblemException.class, e -> problem[0] = e.problem());
        return problem[0];
    }
}
