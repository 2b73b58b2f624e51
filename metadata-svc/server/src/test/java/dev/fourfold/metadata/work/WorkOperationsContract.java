package dev.fourfold.metadata.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.state.DefineNamespace;
import dev.fourfold.metadata.state.NamespaceOperations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link WorkOperations} promise, for every way to reach them; a list may have 300 items. */
public abstract class WorkOperationsContract {

    private static final long LONG = 60_000;
    private static final long SHORT = 100;

    private String namespace = "";

    @BeforeEach
    void newNamespace() {
        namespace = "n-" + UUID.randomUUID();
    }

    /** The operations under test. */
    protected abstract WorkOperations work();

    /** Namespaces that the lists are in. */
    protected abstract NamespaceOperations namespaces();

    @Test
    void items_areAddedOnceEach_andGivenInTheOrderOfAdding() {
        assertThat(add("c", "a", "b")).isEqualTo(new AddedWork(3, 0));
        assertThat(add("b", "d")).isEqualTo(new AddedWork(1, 1));
        assertThat(work().counts(namespace, "l")).isEqualTo(new WorkCounts(4, 0, 0));
        var first = take("w", 2, LONG);
        assertThat(first.items()).extracting(TakenItem::id).containsExactly("c", "a");
        assertThat(first.items()).extracting(TakenItem::value).containsExactly("v-c", "v-a");
        assertThat(first.items()).extracting(TakenItem::remainingMillis).containsOnly(LONG);
        var second = take("v", 9, LONG);
        assertThat(second.items()).extracting(TakenItem::id).containsExactly("b", "d");
        assertThat(tokenOf(second)).isGreaterThan(tokenOf(first));
        assertThat(take("v", 9, LONG)).isEqualTo(new TakenWork(List.of(), true));
        assertThat(work().counts(namespace, "l")).isEqualTo(new WorkCounts(0, 4, 0));
        var problem =
                problemOf(() -> work().add(namespace, "l", new NewWork(List.of(new NewItem("x", ""), other("a")))));
        assertThat(problem).isInstanceOf(Problem.AlreadyExists.class);
        assertThat(work().counts(namespace, "l")).isEqualTo(new WorkCounts(0, 4, 0));
    }

    @Test
    void item_isCompletedOnce_alsoWhenThatIsRepeated() {
        add("a", "b");
        var taken = take("w", 1, LONG);
        long token = tokenOf(taken);
        var done = finish("a", token, "r");
        assertThat(done.state()).isEqualTo(ItemState.DONE);
        assertThat(done.doneMillis()).isNotNull();
        assertThat(done.times()).isEqualTo(1);
        assertThat(finish("a", token, "later")).as("the first result counts").isEqualTo(done);
        assertThat(work().get(namespace, "l", "a")).isEqualTo(done);
        assertThat(problemOf(() -> finish("a", token + 1, null))).isInstanceOf(Problem.InvalidState.class);
        assertThat(problemOf(() -> finish("b", token, null))).isInstanceOf(Problem.InvalidState.class);
        assertThat(problemOf(() -> finish("c", token, null))).isInstanceOf(Problem.NotFound.class);
        assertThat(renew(token, "a").lost()).containsExactly("a");
        assertThat(giveBack("a", token)).isFalse();
        finish("b", tokenOf(take("w", 5, LONG)), null);
        assertThat(take("w", 5, LONG)).isEqualTo(new TakenWork(List.of(), false));
        assertThat(add("a")).isEqualTo(new AddedWork(0, 1));
        assertThat(work().counts(namespace, "l")).isEqualTo(new WorkCounts(0, 0, 2));
    }

    @Test
    void itemWhoseTimeIsOver_isGivenToAnother_andTheFirstIsTooLate() throws Exception {
        add("a");
        long first = tokenOf(take("w", 1, SHORT));
        long second = tokenOf(awaitItem("v"));
        assertThat(second).isGreaterThan(first);
        assertThat(problemOf(() -> finish("a", first, "late"))).isInstanceOf(Problem.InvalidState.class);
        assertThat(renew(first, "a").lost()).containsExactly("a");
        assertThat(giveBack("a", first)).isFalse();
        var done = finish("a", second, "in time");
        assertThat(done.result()).isEqualTo("in time");
        assertThat(done.worker()).isEqualTo("v");
        assertThat(done.times()).isEqualTo(2);
        assertThat(problemOf(() -> finish("a", first, "late"))).isInstanceOf(Problem.InvalidState.class);
    }

    @Test
    void itemWhoseTimeIsOver_isItsWorkersUntilAnotherTakesIt() throws Exception {
        add("a", "b");
        long token = tokenOf(take("w", 2, SHORT));
        await("its time is over", () -> work().get(namespace, "l", "a").state() == ItemState.WAITING);
        assertThat(renew(token, "b").renewed()).containsExactly(new RenewedItem("b", LONG));
        assertThat(work().get(namespace, "l", "b").state()).isEqualTo(ItemState.TAKEN);
        assertThat(finish("a", token, null).state()).isEqualTo(ItemState.DONE);
    }

    @Test
    void renewing_prolongsAndNeverShortens() {
        add("a", "b", "c");
        long token = tokenOf(take("w", 2, LONG));
        var renewed = work().renew(namespace, "l", new RenewWork(List.of("a", "b", "c", "d", "a"), token, SHORT));
        assertThat(renewed.renewed()).extracting(RenewedItem::id).containsExactlyInAnyOrder("a", "b");
        assertThat(renewed.renewed())
                .allSatisfy(item -> assertThat(item.remainingMillis()).isBetween(LONG / 2, LONG));
        assertThat(renewed.lost()).containsExactly("c", "d");
        var longer = work().renew(namespace, "l", new RenewWork(List.of("a"), token, 2 * LONG));
        assertThat(longer.renewed()).containsExactly(new RenewedItem("a", 2 * LONG));
    }

    @Test
    void itemThatIsGivenBack_isGivenOutFirst_andItsTokenIsOfNoUse() {
        add("a", "b");
        long token = tokenOf(take("w", 1, LONG));
        assertThat(giveBack("a", token)).isTrue();
        assertThat(giveBack("a", token)).isFalse();
        assertThat(problemOf(() -> finish("a", token, null))).isInstanceOf(Problem.InvalidState.class);
        var again = take("v", 1, LONG);
        assertThat(again.items()).extracting(TakenItem::id).containsExactly("a");
        assertThat(tokenOf(again)).isGreaterThan(token);
    }

    @Test
    void requestThatIsRepeated_isAnsweredWhatItTook() {
        add("a", "b", "c", "d");
        var first = takeAs("w", 2, "r1");
        var again = takeAs("w", 2, "r1");
        assertThat(again.items()).extracting(TakenItem::id).containsExactly("a", "b");
        assertThat(tokenOf(again)).isEqualTo(tokenOf(first));
        assertThat(takeAs("w", 1, "r2").items()).extracting(TakenItem::id).containsExactly("c");
        assertThat(takeAs("v", 1, "r1").items()).extracting(TakenItem::id).containsExactly("d");
        finish("a", tokenOf(first), null);
        assertThat(takeAs("w", 2, "r1").items()).extracting(TakenItem::id).containsExactly("b");
    }

    @Test
    void manyWhoTakeAtOnce_getEachItemOnce_alsoWhereOneRequestComesTwice() throws Exception {
        add(IntStream.range(0, 100).mapToObj(i -> "i" + i).toArray(String[]::new));
        var given = new ConcurrentLinkedQueue<String>();
        var asked = new ArrayList<Callable<Void>>();
        for (int i = 0; i < 10; i++) {
            String worker = "w" + i;
            asked.add(() -> {
                for (var taken = take(worker, 3, LONG); !taken.items().isEmpty(); taken = take(worker, 3, LONG)) {
                    taken.items().forEach(item -> given.add(item.id()));
                }
                return null;
            });
        }
        runAtOnce(asked);
        assertThat(given).hasSize(100).doesNotHaveDuplicates();

        work().add(namespace, "twice", new NewWork(List.of(item("a"), item("b"))));
        var answers = new ConcurrentLinkedQueue<TakenWork>();
        Callable<Void> twice = () -> {
            answers.add(work().take(namespace, "twice", new TakeWork("w", 1, LONG, "r")));
            return null;
        };
        runAtOnce(List.of(twice, twice, twice, twice));
        assertThat(answers)
                .hasSize(4)
                .allSatisfy(answer ->
                        assertThat(answer.items()).extracting(TakenItem::id).containsExactly("a"));
    }

    @Test
    void oneItemThatManyComplete_isCompletedByOne() throws Exception {
        add("a");
        var tokens = new ArrayList<Long>();
        tokens.add(tokenOf(take("w0", 1, SHORT)));
        for (int i = 1; i < 4; i++) {
            tokens.add(tokenOf(awaitItem("w" + i)));
        }
        var results = new ConcurrentLinkedQueue<String>();
        var asked = new ArrayList<Callable<Void>>();
        for (long token : tokens) {
            asked.add(() -> {
                try {
                    results.add(String.valueOf(finish("a", token, "by " + token).result()));
                } catch (ProblemException e) {
                    assertThat(e.problem()).isInstanceOf(Problem.InvalidState.class);
                }
                return null;
            });
        }
        runAtOnce(asked);
        assertThat(results).containsExactly("by " + tokens.getLast());
    }

    @Test
    void oneTaking_weighsSoMuchOrIsOneItem() {
        namespaces().define(new DefineNamespace(namespace, null, 1L << 20, null, null));
        var heavy = new ArrayList<NewItem>();
        for (int i = 0; i < 6; i++) {
            heavy.add(new NewItem("h" + i, "x".repeat(1 << 20)));
        }
        work().add(namespace, "l", new NewWork(heavy));
        assertThat(take("w", 6, LONG).items()).hasSize(4);
        assertThat(take("w", 6, LONG).items()).hasSize(2);
    }

    @Test
    void moreThanMayBe_isRefused_andNothingIsAdded() {
        add("a");
        var many = IntStream.range(0, 300).mapToObj(i -> item("i" + i)).toList();
        assertThat(problemOf(() -> work().add(namespace, "l", new NewWork(many))))
                .isInstanceOf(Problem.Full.class);
        assertThat(work().counts(namespace, "l")).isEqualTo(new WorkCounts(1, 0, 0));
        namespaces().define(new DefineNamespace(namespace, null, 5L, null, null));
        assertThat(problemOf(() -> work().add(namespace, "l", new NewWork(List.of(new NewItem("x", "ééé"))))))
                .isInstanceOf(Problem.InvalidArgument.class);
        long token = tokenOf(take("w", 1, LONG));
        assertThat(problemOf(() -> finish("a", token, "123456"))).isInstanceOf(Problem.InvalidArgument.class);
        assertThat(finish("a", token, "12345").result()).isEqualTo("12345");
    }

    @Test
    void list_isRemovedWhenNothingIsTaken_andItsNamespaceAfterIt() {
        add("a", "b");
        long token = tokenOf(take("w", 1, LONG));
        assertThat(problemOf(() -> work().delete(namespace, "l"))).isInstanceOf(Problem.InvalidState.class);
        assertThat(problemOf(() -> namespaces().delete(namespace, null))).isInstanceOf(Problem.InvalidState.class);
        assertThat(work().lists(namespace, null, 10)).isEqualTo(new WorkListPage(List.of("l"), null));
        finish("a", token, null);
        work().delete(namespace, "l");
        work().delete(namespace, "l");
        assertThat(work().counts(namespace, "l")).isEqualTo(new WorkCounts(0, 0, 0));
        assertThat(problemOf(() -> work().get(namespace, "l", "a"))).isInstanceOf(Problem.NotFound.class);
        add("a");
        assertThat(tokenOf(take("w", 1, LONG))).isGreaterThan(token);
        assertThat(problemOf(() -> finish("a", token, null))).isInstanceOf(Problem.InvalidState.class);
        giveBack("a", Objects.requireNonNull(work().get(namespace, "l", "a").token()));
        work().delete(namespace, "l");
        assertThat(namespaces().delete(namespace, null)).isTrue();
    }

    @Test
    void whoTakesWhileAListIsRemoved_keepsWhatItGot_orGetsNothing() throws Exception {
        for (int round = 0; round < 20; round++) {
            add("a", "b");
            var taken = new ConcurrentLinkedQueue<TakenItem>();
            var refused = new ConcurrentLinkedQueue<Problem>();
            runAtOnce(List.of(
                    () -> {
                        taken.addAll(take("w", 1, LONG).items());
                        return null;
                    },
                    () -> {
                        try {
                            work().delete(namespace, "l");
                        } catch (ProblemException e) {
                            refused.add(e.problem());
                        }
                        return null;
                    }));
            assertThat(refused).hasSameSizeAs(taken);
            for (TakenItem item : taken) {
                assertThat(finish(item.id(), item.token(), null).state()).isEqualTo(ItemState.DONE);
                work().delete(namespace, "l");
            }
        }
    }

    @Test
    void lists_areAnsweredByPages() {
        for (String list : List.of("c", "a", "b")) {
            work().add(namespace, list, new NewWork(List.of(item("x"))));
        }
        assertThat(work().lists(namespace, null, 2)).isEqualTo(new WorkListPage(List.of("a", "b"), "b"));
        assertThat(work().lists(namespace, "b", 2)).isEqualTo(new WorkListPage(List.of("c"), null));
    }

    @Test
    void listThatNobodyFilled_isEmpty() {
        assertThat(work().counts(namespace, "l")).isEqualTo(new WorkCounts(0, 0, 0));
        assertThat(take("w", 5, LONG)).isEqualTo(new TakenWork(List.of(), false));
        assertThat(renew(5, "a").lost()).containsExactly("a");
        assertThat(giveBack("a", 5)).isFalse();
        assertThat(problemOf(() -> finish("a", 5, null))).isInstanceOf(Problem.NotFound.class);
        assertThat(problemOf(() -> work().get(namespace, "l", "a"))).isInstanceOf(Problem.NotFound.class);
        work().delete(namespace, "l");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "{a}", "a/b", "é", "a\n", "-a"})
    void namesThatCannotBe_areRefused(String wrong) {
        assertInvalid(() -> work().counts(namespace, wrong));
        assertInvalid(() -> work().counts(wrong, "l"));
        assertInvalid(() -> add(wrong));
        assertInvalid(() -> finish(wrong, 1, null));
        assertInvalid(() -> renew(1, wrong));
        assertInvalid(() -> giveBack(wrong, 1));
    }

    @Test
    void requestsThatCannotBe_areRefused() {
        assertInvalid(() -> work().add(namespace, "l", new NewWork(List.of())));
        assertInvalid(() -> work().add(namespace, "l", new NewWork(List.of(item("a"), other("a")))));
        assertInvalid(() -> work().add(namespace, "l", new NewWork(List.of(new NewItem("a", "\0")))));
        assertInvalid(() -> take("", 1, LONG));
        assertInvalid(() -> take("w\n", 1, LONG));
        assertInvalid(() -> take("w", 0, LONG));
        assertInvalid(() -> take("w", 1_001, LONG));
        assertInvalid(() -> take("w", 1, 99));
        assertInvalid(() -> take("w", 1, 86_400_001));
        assertInvalid(() -> takeAs("w", 1, ""));
        assertInvalid(() -> work().lists(namespace, null, 0));
        assertThat(work().lists(namespace, null, 10).lists()).isEmpty();
    }

    private static NewItem item(String id) {
        return new NewItem(id, "v-" + id);
    }

    private static NewItem other(String id) {
        return new NewItem(id, "another");
    }

    private AddedWork add(String... ids) {
        return work().add(
                        namespace,
                        "l",
                        new NewWork(Arrays.stream(ids)
                                .map(WorkOperationsContract::item)
                                .toList()));
    }

    private TakenWork take(String worker, int max, long leaseMillis) {
        return work().take(namespace, "l", new TakeWork(worker, max, leaseMillis, null));
    }

    private TakenWork takeAs(String worker, int max, String requestId) {
        return work().take(namespace, "l", new TakeWork(worker, max, LONG, requestId));
    }

    private static long tokenOf(TakenWork taken) {
        assertThat(taken.items()).isNotEmpty();
        assertThat(taken.items())
                .extracting(TakenItem::token)
                .containsOnly(taken.items().getFirst().token());
        return taken.items().getFirst().token();
    }

    private RenewedWork renew(long token, String id) {
        return work().renew(namespace, "l", new RenewWork(List.of(id), token, LONG));
    }

    private WorkItem finish(String id, long token, @Nullable String result) {
        return work().finish(namespace, "l", new FinishItem(id, token, result));
    }

    private boolean giveBack(String id, long token) {
        return work().giveBack(namespace, "l", id, token).held();
    }

    /** Takes the one item for a short time, as soon as it is free. */
    private TakenWork awaitItem(String worker) throws Exception {
        var taken = new ArrayList<TakenWork>();
        await("an item is free", () -> {
            var now = take(worker, 1, SHORT);
            if (now.items().isEmpty()) {
                return false;
            }
            taken.add(now);
            return true;
        });
        return taken.getLast();
    }

    private static void runAtOnce(List<Callable<Void>> tasks) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var one : threads.invokeAll(tasks)) {
                one.get();
            }
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as(what).isLessThan(limit);
            Thread.sleep(10);
        }
    }

    private static Problem problemOf(ThrowingCallable command) {
        ProblemException thrown = catchThrowableOfType(ProblemException.class, command);
        assertThat(thrown).as("a problem").isNotNull();
        return thrown.problem();
    }

    private static void assertInvalid(ThrowingCallable command) {
        assertThat(problemOf(command)).isInstanceOf(Problem.InvalidArgument.class);
    }
}
