package dev.fourfold.metadata.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import io.micronaut.context.ApplicationContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link FeatureOperations} promise, for every way to reach them. Expired rows are swept all the time. */
public abstract class FeatureOperationsContract {

    private static final long THEN = 1_700_000_000_000L;

    private String name = "";

    @BeforeEach
    void nameAView() {
        name = "v" + UUID.randomUUID().toString().replace("-", "");
    }

    /** Where the operations are. */
    protected abstract ApplicationContext context();

    /** A database, and settings with which tests need not wait. */
    static Map<String, Object> settings(Map<String, Object> database) {
        var all = new HashMap<>(database);
        all.put("fourfold.metadata.features.sweep-every", "50ms");
        all.put("fourfold.metadata.features.sweep-grace", "0s");
        all.put("fourfold.metadata.features.max-rows", 5000);
        return all;
    }

    @Test
    void definedView_isFoundAsItIs_andTheSameAgainChangesNothing() {
        var fields = List.of(new NewField("age", FeatureType.INT64, null), new NewField("e", FeatureType.FLOAT64, 3));
        var made = define(fields, 60_000L, 10L, 2000L, WhenFull.EVICT);

        FeatureView view = made.view();
        assertThat(view.version()).isEqualTo(1);
        assertThat(view.description()).isEqualTo("about é");
        assertThat(view.entity()).isEqualTo(new EntityKey("driver", FeatureType.STRING));
        assertThat(view.fields())
                .containsExactly(
                        new FeatureField(0, "age", FeatureType.INT64, null),
                        new FeatureField(1, "e", FeatureType.FLOAT64, 3));
        assertThat(view.ttlMillis()).isEqualTo(60_000);
        assertThat(view.maxRows()).isEqualTo(10);
        assertThat(view.maxBytes()).isEqualTo(2000);
        assertThat(view.whenFull()).isEqualTo(WhenFull.EVICT);
        assertThat(define(fields, 60_000L, 10L, 2000L, WhenFull.EVICT)).isEqualTo(made);
        assertThat(features().get(name)).isEqualTo(made);
        assertThat(features().read(new ReadRows(name, List.of())).view()).isEqualTo(view);
    }

    @Test
    void limitsThatAreNotGiven_areThoseOfTheConfiguration() {
        var view = define(new NewField("x", FeatureType.BOOL, null)).view();
        assertThat(view.maxRows()).isEqualTo(5000);
        assertThat(view.maxBytes()).isEqualTo(1L << 30);
        assertThat(view.ttlMillis()).isNull();
    }

    @Test
    void removedField_doesNotComeBackWithItsValues() {
        var x = new NewField("x", FeatureType.INT64, null);
        define(x, new NewField("y", FeatureType.INT64, null));
        push(row("a", THEN, "{\"x\":1,\"y\":2}"));
        assertThat(define(x).view().fields()).hasSize(1);
        var again = define(x, new NewField("y", FeatureType.STRING, null)).view();
        assertThat(again.fields().getLast()).isEqualTo(new FeatureField(2, "y", FeatureType.STRING, null));
        assertThat(again.version()).isEqualTo(3);
        assertThat(values("a")).isEqualTo("[1,2]");
        push(row("a", THEN + 1, "{\"y\":\"z\"}"));
        assertThat(values("a")).isEqualTo("[null,null,\"z\"]");
    }

    @Test
    void whatRowsAreReadBy_cannotBeChanged() {
        define(new NewField("x", FeatureType.INT64, null));
        assertProblem(Problem.InvalidState.class, () -> define(new NewField("x", FeatureType.FLOAT64, null)));
        assertProblem(Problem.InvalidState.class, () -> define(new NewField("x", FeatureType.INT64, 4)));
        assertProblem(
                Problem.InvalidState.class,
                () -> features()
                        .define(new DefineView(
                                name,
                                "",
                                new EntityKey("other", FeatureType.STRING),
                                List.of(new NewField("x", FeatureType.INT64, null)),
                                null,
                                null,
                                null,
                                WhenFull.REFUSE)));
    }

    @Test
    void viewsThatCannotBe_areRefused() {
        var x = new NewField("x", FeatureType.INT64, null);
        assertProblem(Problem.InvalidArgument.class, () -> define(List.of(), null, null, null, WhenFull.REFUSE));
        assertProblem(Problem.InvalidArgument.class, () -> define(x, x));
        assertProblem(Problem.InvalidArgument.class, () -> define(new NewField("x y", FeatureType.INT64, null)));
        assertProblem(Problem.InvalidArgument.class, () -> define(new NewField("x", FeatureType.INT64, 0)));
        assertProblem(Problem.InvalidArgument.class, () -> define(List.of(x), 0L, null, null, WhenFull.REFUSE));
        assertProblem(Problem.InvalidArgument.class, () -> define(List.of(x), null, -1L, null, WhenFull.REFUSE));
        for (String odd : List.of("", "1a", "a b", "a/b", "é", "a".repeat(101), "a\u0000")) {
            assertProblem(
                    Problem.InvalidArgument.class,
                    () -> features()
                            .define(new DefineView(
                                    odd,
                                    "",
                                    new EntityKey("k", FeatureType.STRING),
                                    List.of(x),
                                    null,
                                    null,
                                    null,
                                    WhenFull.REFUSE)));
            if (!odd.isEmpty()) {
                assertProblem(Problem.NotFound.class, () -> features().get(odd));
            }
        }
        assertProblem(Problem.NotFound.class, () -> features().get(name));
        assertProblem(Problem.NotFound.class, () -> features().delete(name));
        assertProblem(Problem.NotFound.class, () -> push(row("a", null, "{}")));
        assertProblem(Problem.NotFound.class, () -> values("a"));
    }

    @Test
    void views_areListedInPages() {
        for (String end : List.of("a", "b", "c")) {
            features()
                    .define(new DefineView(
                            name + end,
                            "",
                            new EntityKey("k", FeatureType.STRING),
                            List.of(new NewField("x", FeatureType.INT64, null)),
                            null,
                            null,
                            null,
                            WhenFull.REFUSE));
        }
        var page = features().list(name, 2);
        assertThat(page.views()).extracting(state -> state.view().name()).containsExactly(name + "a", name + "b");
        assertThat(features().list(page.next(), 1).views())
                .extracting(state -> state.view().name())
                .containsExactly(name + "c");
    }

    @Test
    void valuesOfEveryType_comeBackToTheLastBit() {
        define(
                new NewField("b", FeatureType.BOOL, null),
                new NewField("i", FeatureType.INT64, null),
                new NewField("f", FeatureType.FLOAT64, null),
                new NewField("s", FeatureType.STRING, null),
                new NewField("y", FeatureType.BYTES, null),
                new NewField("t", FeatureType.TIMESTAMP, null),
                new NewField("fs", FeatureType.FLOAT64, 6),
                new NewField("ss", FeatureType.STRING, 2));
        push(row("a", THEN, """
                { "t": "2026-01-31T12:00:00.5+01:00", "b": true, "i": -9223372036854775808, "f": -0.0,
                  "s": "é\\"\\\\,]\\u0001😀", "y": "AP8=", "ss": [] ,
                  "fs": [NaN, "Infinity", -Infinity, 1e308, 4.9E-324, 0.1] }"""));
        assertThat(values("a"))
                .isEqualTo("[true,-9223372036854775808,-0.0,\"é\\\"\\\\,]\\u0001😀\",\"AP8=\",1769857200500,"
                        + "[\"NaN\",\"Infinity\",\"-Infinity\",1.0E308,4.9E-324,0.1],[]]");
        push(row("a", THEN + 1, "{\"i\":null}"));
        assertThat(values("a")).isEqualTo("[null,null,null,null,null,null,null,null]");
        var random = new Random(3);
        for (int i = 0; i < 50; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            push(row("f", THEN + i, "{\"f\":" + (Double.isFinite(value) ? value : "\"" + value + "\"") + "}"));
            String[] parts = String.valueOf(values("f")).split(",");
            assertThat(Double.parseDouble(parts[2].replace("\"", ""))).isEqualTo(value);
        }
    }

    @Test
    void valueThatDoesNotFit_isRefused_andTheWholePushWithIt() {
        define(
                new NewField("b", FeatureType.BOOL, null),
                new NewField("i", FeatureType.INT64, null),
                new NewField("f", FeatureType.FLOAT64, null),
                new NewField("s", FeatureType.STRING, null),
                new NewField("y", FeatureType.BYTES, null),
                new NewField("t", FeatureType.TIMESTAMP, null),
                new NewField("is", FeatureType.INT64, 2));
        for (String odd : List.of(
                "{\"b\":1}",
                "{\"b\":\"true\"}",
                "{\"i\":1.5}",
                "{\"i\":\"1\"}",
                "{\"i\":9223372036854775808}",
                "{\"i\":true}",
                "{\"f\":\"1.5\"}",
                "{\"f\":1e999}",
                "{\"f\":[1]}",
                "{\"f\":{}}",
                "{\"s\":1}",
                "{\"s\":\"a\\u0000\"}",
                "{\"s\":\"\\ud800\"}",
                "{\"s\":\"" + "x".repeat(70_000) + "\"}",
                "{\"y\":\"?\"}",
                "{\"t\":\"yesterday\"}",
                "{\"t\":\"2026-01-31T12:00:00.0001Z\"}",
                "{\"t\":1.5}",
                "{\"is\":1}",
                "{\"is\":[1,2,3]}",
                "{\"is\":[null]}",
                "{\"is\":[[1]]}",
                "{\"z\":1}",
                "{\"\\ud800\":1}",
                "{\"i\":1,\"i\":1}",
                "{\"i\":1",
                "{\"i\":}",
                "[1]",
                "1",
                "")) {
            assertThatThrownBy(() -> push(row("good", THEN, "{\"i\":1}"), row("bad one", THEN, odd)))
                    .as(odd)
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem()).isInstanceOf(Problem.InvalidArgument.class);
                        assertThat(e.problem().message()).contains("bad one").doesNotContain("\ud800");
                    });
        }
        var ahead = System.currentTimeMillis() + Duration.ofDays(3).toMillis();
        assertProblem(
                Problem.InvalidArgument.class, () -> push(row("good", THEN, "{\"i\":1}"), row("bad", ahead, "{}")));
        for (String odd : List.of("", "x".repeat(251), "a\u0000")) {
            assertProblem(Problem.InvalidArgument.class, () -> push(row("good", THEN, "{}"), row(odd, THEN, "{}")));
        }
        assertProblem(Problem.InvalidArgument.class, this::push);
        assertProblem(
                Problem.InvalidArgument.class,
                () -> push(IntStream.range(0, 1001)
                        .mapToObj(i -> row("e" + i, THEN, "{}"))
                        .toArray(PushedRow[]::new)));
        assertThat(values("good")).isNull();
        assertThat(features().get(name).rows()).isZero();
    }

    @Test
    void wholeNumbersAsKeys_haveOneSpelling() {
        features()
                .define(new DefineView(
                        name,
                        "",
                        new EntityKey("id", FeatureType.INT64),
                        List.of(new NewField("x", FeatureType.INT64, null)),
                        null,
                        null,
                        null,
                        WhenFull.REFUSE));
        for (String odd : List.of("01", "+1", "-0", "1.0", "a", " 1", "9223372036854775808", "١")) {
            assertProblem(Problem.InvalidArgument.class, () -> push(row(odd, THEN, "{}")));
        }
        push(row("-9223372036854775808", THEN, "{}"), row("0", THEN, "{}"));
        assertThat(features().get(name).rows()).isEqualTo(2);
    }

    @Test
    void rowWithTheLatestEventTime_stays() {
        define(new NewField("x", FeatureType.INT64, null));
        assertThat(push(row("a", THEN, "{\"x\":1}"))).isEqualTo(new PushOutcome(1, 0, List.of()));
        assertThat(push(row("a", THEN, "{\"x\":1}"))).isEqualTo(new PushOutcome(1, 0, List.of()));
        assertThat(push(row("a", THEN - 1, "{\"x\":2}"))).isEqualTo(new PushOutcome(0, 1, List.of()));
        assertThat(values("a")).isEqualTo("[1]");
        assertThat(push(row("a", THEN, "{\"x\":3}"))).isEqualTo(new PushOutcome(1, 0, List.of()));
        assertThat(values("a")).isEqualTo("[3]");
        push(row("a", THEN + 5, "{\"x\":4}"), row("a", THEN + 9, "{\"x\":5}"), row("a", THEN + 7, "{\"x\":6}"));
        assertThat(values("a")).isEqualTo("[5]");
        push(row("a", THEN + 9, "{\"x\":7}"), row("a", THEN + 9, "{\"x\":8}"));
        assertThat(values("a")).isEqualTo("[8]");
        push(row("a", null, "{\"x\":9}"));
        assertThat(values("a")).isEqualTo("[9]");
        long soon = System.currentTimeMillis() + Duration.ofHours(1).toMillis();
        push(row("a", soon, "{\"x\":10}"));
        push(row("a", null, "{\"x\":11}"));
        assertThat(values("a")).isEqualTo("[11]");
        assertThat(features().get(name).rows()).isEqualTo(1);
        assertThat(features().get(name).bytes()).isEqualTo(1 + "[11]".length());
    }

    @Test
    void fullView_refuses_andTakesWhatDoesNotMakeItFuller() {
        define(List.of(new NewField("s", FeatureType.STRING, null)), null, 3L, 60L, WhenFull.REFUSE);
        push(row("a", THEN, "{\"s\":\"x\"}"), row("b", THEN, "{}"), row("c", THEN, "{}"));
        assertProblem(Problem.LimitExceeded.class, () -> push(row("a", THEN, "{}"), row("d", THEN, "{}")));
        assertProblem(
                Problem.LimitExceeded.class, () -> push(row("a", THEN + 1, "{\"s\":\"" + "x".repeat(60) + "\"}")));
        assertThat(values("a")).isEqualTo("[\"x\"]");
        push(row("a", THEN + 1, "{\"s\":\"y\"}"));
        assertThat(values("a")).isEqualTo("[\"y\"]");
        assertThat(features().remove(new RemoveRows(name, List.of(new RowMark("b", null), new RowMark("z", null)))))
                .isEqualTo(new Removed(1));
        push(row("d", THEN, "{}"));
        assertThat(features().get(name)).returns(3L, ViewState::rows).returns(20L, ViewState::bytes);
    }

    @Test
    void fullViewThatEvicts_saysWhichRowsAreInTheWay_theOldestFirst() {
        define(List.of(new NewField("x", FeatureType.INT64, null)), null, 3L, null, WhenFull.EVICT);
        push(row("a", THEN + 2, "{}"), row("b", THEN + 1, "{}"), row("c", THEN, "{}"));
        var outcome = push(row("d", THEN - 5, "{}"), row("c", THEN, "{\"x\":1}"));
        assertThat(outcome).isEqualTo(new PushOutcome(0, 0, List.of(new RowMark("b", THEN + 1))));
        assertThat(values("d")).isNull();
        // A row that was written meanwhile is not the one that was in the way.
        push(row("b", THEN + 9, "{}"));
        assertThat(features().remove(new RemoveRows(name, outcome.inTheWay()))).isEqualTo(new Removed(0));
        outcome = push(row("d", THEN - 5, "{}"));
        assertThat(outcome.inTheWay()).containsExactly(new RowMark("c", THEN));
        features().remove(new RemoveRows(name, outcome.inTheWay()));
        assertThat(push(row("d", THEN - 5, "{}"))).isEqualTo(new PushOutcome(1, 0, List.of()));
        assertThat(values("c")).isNull();
        assertProblem(
                Problem.LimitExceeded.class,
                () -> push(row("w", THEN, "{}"), row("x", THEN, "{}"), row("y", THEN, "{}"), row("z", THEN, "{}")));
    }

    @Test
    void fullViewThatEvicts_neverTakesAPushThatRecordsNothing() {
        define(List.of(new NewField("s", FeatureType.STRING, null)), null, null, 100L, WhenFull.EVICT);
        push(row("A", THEN, text(85)), row("z", THEN - 9, "{}"));
        // The row of A stays, as what is pushed of it is older; so B has no room, whatever else goes.
        var older = row("A", THEN - 1, text(5));
        assertProblem(Problem.LimitExceeded.class, () -> push(older, row("B", THEN, text(45))));
        assertThat(values("B")).isNull();
        assertThat(push(older, row("B", THEN, text(4))).inTheWay()).containsExactly(new RowMark("z", THEN - 9));
        features().remove(new RemoveRows(name, List.of(new RowMark("z", null))));
        assertThat(push(older, row("B", THEN, text(4)))).isEqualTo(new PushOutcome(1, 1, List.of()));
        // A newer row of A weighs in place of the recorded one.
        assertThat(push(row("A", THEN + 1, text(5)), row("C", THEN, text(60))).written())
                .isEqualTo(2);
    }

    private static String text(int length) {
        return "{\"s\":\"" + "x".repeat(length) + "\"}";
    }

    @Test
    void ofTwoRowsOfAnEntityInOnePush_theLaterStays() {
        define(new NewField("x", FeatureType.INT64, null));
        long soon = System.currentTimeMillis() + Duration.ofHours(1).toMillis();
        push(row("a", null, "{\"x\":1}"), row("a", soon, "{\"x\":2}"));
        assertThat(values("a")).isEqualTo("[2]");
        push(row("b", THEN, "{\"x\":1}"), row("b", null, "{\"x\":2}"));
        assertThat(values("b")).isEqualTo("[2]");
        push(row("c", null, "{\"x\":1}"), row("c", THEN, "{\"x\":2}"));
        assertThat(values("c")).isEqualTo("[1]");
        push(row("d", null, "{\"x\":1}"), row("d", null, "{\"x\":2}"));
        assertThat(values("d")).isEqualTo("[2]");
    }

    @Test
    void expiredRows_areSwept_othersStay() throws Exception {
        define(List.of(new NewField("x", FeatureType.INT64, null)), 3_600_000L, null, null, WhenFull.REFUSE);
        push(row("old", THEN, "{}"), row("new", null, "{}"));
        await(() -> features().get(name).rows() == 1);
        assertThat(values("old")).isNull();
        assertThat(values("new")).isEqualTo("[null]");
        assertThat(features().get(name).bytes()).isEqualTo("new[null]".length());
    }

    @Test
    void deletedView_leavesNothingToTheNextOfItsName() {
        var first = define(new NewField("x", FeatureType.INT64, null));
        push(row("a", THEN, "{\"x\":1}"));
        features().delete(name);
        assertProblem(Problem.NotFound.class, () -> features().get(name));
        var second = define(new NewField("x", FeatureType.INT64, null));
        assertThat(second.view().id()).isGreaterThan(first.view().id());
        assertThat(second.rows()).isZero();
        assertThat(values("a")).isNull();
    }

    @Test
    void pushersAndChangesOfTheView_neverDeadlock_andTheFiguresAreExact() throws Exception {
        var x = new NewField("x", FeatureType.INT64, null);
        define(x);
        var random = new Random(11);
        var futures = new ArrayList<Future<?>>();
        var latest = new HashMap<String, Long>();
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 60; i++) {
                var rows = new ArrayList<PushedRow>();
                for (int j = 0; j < 20; j++) {
                    String entity = "e" + random.nextInt(40);
                    long time = THEN + random.nextInt(100_000);
                    latest.merge(entity, time, Math::max);
                    rows.add(row(entity, time, "{\"x\":" + time + "}"));
                }
                futures.add(threads.submit(() -> push(rows.toArray(PushedRow[]::new))));
            }
            for (int i = 1; i <= 5; i++) {
                int length = i;
                futures.add(threads.submit(() -> define(x, new NewField("l", FeatureType.INT64, length))));
            }
            for (var future : futures) {
                future.get();
            }
        }
        long bytes = 0;
        for (var one : latest.entrySet()) {
            String values = String.valueOf(values(one.getKey()));
            assertThat(values).matches("\\[" + one.getValue() + "(,null)?]");
            bytes += one.getKey().length() + values.length();
        }
        assertThat(features().get(name))
                .returns((long) latest.size(), ViewState::rows)
                .returns(bytes, ViewState::bytes);
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("within 20 s").isLessThan(limit);
            Thread.sleep(20);
        }
    }

    private ViewState define(NewField... fields) {
        return define(List.of(fields), null, null, null, WhenFull.REFUSE);
    }

    private ViewState define(
            List<NewField> fields,
            @Nullable Long ttlMillis,
            @Nullable Long maxRows,
            @Nullable Long maxBytes,
            WhenFull whenFull) {
        return features()
                .define(new DefineView(
                        name,
                        "about é",
                        new EntityKey("driver", FeatureType.STRING),
                        fields,
                        ttlMillis,
                        maxRows,
                        maxBytes,
                        whenFull));
    }

    private PushOutcome push(PushedRow... rows) {
        return features().push(new PushRows(name, List.of(rows)));
    }

    private static PushedRow row(String entity, @Nullable Long time, String values) {
        return new PushedRow(entity, time, values);
    }

    private @Nullable String values(String entity) {
        return features().read(new ReadRows(name, List.of(entity))).rows().stream()
                .map(FeatureRow::values)
                .findFirst()
                .orElse(null);
    }

    private FeatureOperations features() {
        return context().getBean(FeatureOperations.class);
    }

    private static void assertProblem(Class<? extends Problem> expected, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isInstanceOf(expected));
    }
}
