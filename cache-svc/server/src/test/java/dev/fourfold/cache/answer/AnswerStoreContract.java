package dev.fourfold.cache.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.cache.AnswerOperations;
import dev.fourfold.cache.CacheView;
import dev.fourfold.cache.Lookup;
import dev.fourfold.cache.ManyLookup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every store of hot answers must hold to. A subclass gives the store. */
public abstract class AnswerStoreContract {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final byte[] OLD = {1};
    private static final byte[] NEW = {2};

    private final String run = "run:" + UUID.randomUUID();
    private final String experiment = "experiment:" + UUID.randomUUID();
    private final List<String> subjects = List.of(run, experiment);

    /** A store that is connected. */
    protected abstract AnswerStore store() throws CacheAwayException;

    /** The view of a generation that no other test uses. */
    protected final CacheView view() throws CacheAwayException {
        return new CacheView(Math.abs((long) run.hashCode()), store().incarnation());
    }

    /** A filled answer: where subjects are not known yet, the first fill only makes them known. */
    protected final void fill(byte[] answer) throws CacheAwayException {
        for (int i = 0; i < 2 && found() == null; i++) {
            store().fill(view(), run, token(), subjects, answer, LONG);
        }
    }

    /** What is found now: the bytes, or null for a miss or a bypass. */
    protected final byte @Nullable [] found() throws CacheAwayException {
        return store().lookup(view(), run) instanceof Lookup.Hit(byte[] answer) ? answer : null;
    }

    private String token() throws CacheAwayException {
        Lookup lookup = store().lookup(view(), run);
        assertThat(lookup).isInstanceOf(Lookup.Miss.class);
        return ((Lookup.Miss) lookup).token();
    }

    @Test
    void aFilledAnswer_isFound() throws Exception {
        assertThat(found()).isNull();
        fill(OLD);
        assertThat(found()).isEqualTo(OLD);
    }

    @Test
    void aMark_hidesTheAnswerUntilItIsSettledAndForgottenThen() throws Exception {
        fill(OLD);
        store().mark(view(), "m1", List.of(experiment), LONG);
        assertThat(store().lookup(view(), run)).isInstanceOf(Lookup.Bypass.class);
        store().settle(view(), "m1", List.of(experiment));
        assertThat(store().lookup(view(), run)).isInstanceOf(Lookup.Miss.class);
        store().settle(view(), "m1", List.of(experiment));
        fill(NEW);
        assertThat(found()).isEqualTo(NEW);
    }

    @Test
    void twoMarks_bothHaveToBeSettled() throws Exception {
        fill(OLD);
        store().mark(view(), "m1", List.of(run), LONG);
        store().mark(view(), "m2", List.of(run), LONG);
        store().settle(view(), "m2", List.of(run));
        assertThat(store().lookup(view(), run)).isInstanceOf(Lookup.Bypass.class);
        store().settle(view(), "m1", List.of(run));
        assertThat(store().lookup(view(), run)).isInstanceOf(Lookup.Miss.class);
    }

    @Test
    void anAnswerLoadedBeforeAChange_cannotBeFilledAfterIt() throws Exception {
        fill(OLD);
        store().mark(view(), "m1", List.of(run), LONG);
        store().settle(view(), "m1", List.of(run));
        String token = token();
        store().mark(view(), "m2", List.of(run), LONG);
        store().fill(view(), run, token, subjects, OLD, LONG);
        store().settle(view(), "m2", List.of(run));
        store().fill(view(), run, token, subjects, OLD, LONG);
        assertThat(found()).isNull();
    }

    @Test
    void aMarkThatNobodySettles_endsByItselfAndTakesTheAnswerWithIt() throws Exception {
        fill(OLD);
        store().mark(view(), "m1", List.of(run), Duration.ofMillis(50));
        long limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (store().lookup(view(), run) instanceof Lookup.Bypass) {
            assertThat(System.nanoTime()).as("the mark ends").isLessThan(limit);
            Thread.sleep(10);
        }
        assertThat(store().lookup(view(), run)).isInstanceOf(Lookup.Miss.class);
    }

    @Test
    void anotherStartOfTheServer_isRefused() {
        assertThatThrownBy(() -> store().lookup(new CacheView(1, "0123456789"), run))
                .isInstanceOf(CacheAwayException.class);
    }

    @Test
    void anotherGeneration_doesNotSeeTheAnswer() throws Exception {
        fill(OLD);
        var next = new CacheView(view().generation() + 1, view().incarnation());
        assertThat(store().lookup(next, run)).isInstanceOf(Lookup.Miss.class);
    }

    @Test
    void namesOfStrangers_areOnlyNames() throws Exception {
        for (String odd : List.of("run:*", "a:b:c", "ff:1:n", "'; FLUSHALL", "%2a", "é😀", "a\\nb")) {
            String key = odd + run;
            store().fill(view(), key, tokenOf(key), List.of(key), OLD, LONG);
            store().fill(view(), key, tokenOf(key), List.of(key), OLD, LONG);
            assertThat(store().lookup(view(), key)).isInstanceOf(Lookup.Hit.class);
        }
        fill(OLD);
        store().mark(view(), "m", List.of("run:*"), LONG);
        assertThat(found()).isEqualTo(OLD);
    }

    private String tokenOf(String key) throws CacheAwayException {
        return ((Lookup.Miss) store().lookup(view(), key)).token();
    }

    @Test
    void answersOfAGroup_areFoundInTheirOrder_afterOneFill() throws Exception {
        var first = foundAll("a", "b", "c");
        assertThat(first.answers()).containsExactly(null, null, null);
        store().fillAll(view(), experiment, first.token(), Map.of(member("a"), OLD, member("c"), NEW), LONG);
        assertThat(foundAll("c", "b", "a").answers()).containsExactly(NEW, null, OLD);
        assertThat(foundAll("a", "c").token()).isEmpty();
    }

    @Test
    void changeOfOneMember_leavesTheOthers() throws Exception {
        fillAll("a", "b");
        store().mark(view(), "m1", List.of(member("a")), LONG);
        var found = foundAll("a", "b");
        assertThat(found.answers()).containsExactly(null, OLD);
        store().fillAll(view(), experiment, found.token(), Map.of(member("a"), OLD), LONG);
        assertThat(foundAll("a").answers()).containsExactly((byte[]) null);
        store().settle(view(), "m1", List.of(member("a")));
        store().fillAll(view(), experiment, found.token(), Map.of(member("a"), OLD), LONG);
        assertThat(foundAll("a", "b").answers()).containsExactly(null, OLD);
        fillAll("a");
        assertThat(foundAll("a", "b").answers()).containsExactly(OLD, OLD);
    }

    @Test
    void changeOfTheGroup_makesEveryMemberWorthless() throws Exception {
        fillAll("a", "b");
        String token = foundAll("z").token();
        store().mark(view(), "m1", List.of(experiment), LONG);
        assertThat(store().lookupAll(view(), experiment, List.of(member("a")))).isInstanceOf(ManyLookup.Bypass.class);
        store().fillAll(view(), experiment, token, Map.of(member("z"), OLD), LONG);
        store().settle(view(), "m1", List.of(experiment));
        store().fillAll(view(), experiment, token, Map.of(member("z"), OLD), LONG);
        assertThat(foundAll("a", "b", "z").answers()).containsExactly(null, null, null);
    }

    @Test
    void memberThatWasFilled_isAnAnswerLikeAnyOther() throws Exception {
        fillAll("a");
        assertThat(store().lookup(view(), member("a"))).isInstanceOf(Lookup.Hit.class);
    }

    @Test
    void lookupOfMany_givesOnlySoMuch_andTheRestIsMissed() throws Exception {
        byte[] large = new byte[AnswerOperations.MOST_BYTES_FOUND / 4];
        var keys = List.of(member("a"), member("b"), member("c"), member("d"), member("e"), member("f"));
        String token = ((ManyLookup.Found) store().lookupAll(view(), experiment, keys)).token();
        for (String key : keys) {
            store().fillAll(view(), experiment, token, Map.of(key, large), LONG);
        }
        var found = foundAll("a", "b", "c", "d", "e", "f");
        assertThat(found.answers()).containsExactly(large, large, large, large, null, null);
        assertThat(found.token()).isNotEmpty();
        assertThat(foundAll("e", "f", "a").answers()).containsExactly(large, large, large);
        assertThat(foundAll("e", "f", "a").token()).isEmpty();
    }

    private ManyLookup.Found foundAll(String... members) throws CacheAwayException {
        var keys = Arrays.stream(members).map(this::member).toList();
        return (ManyLookup.Found) store().lookupAll(view(), experiment, keys);
    }

    private void fillAll(String... members) throws CacheAwayException {
        String token = foundAll(members).token();
        for (String member : members) {
            store().fillAll(view(), experiment, token, Map.of(member(member), OLD), LONG);
        }
    }

    private String member(String name) {
        return run + name;
    }

    @Test
    void readersOfManyAndWriters_neverSeeAnAnswerOlderThanASettledChange() throws Exception {
        var keys = IntStream.range(0, 8).mapToObj(i -> member("m" + i)).toList();
        var truth = new AtomicLongArray(keys.size());
        var settled = new AtomicLongArray(keys.size());
        var hits = new AtomicLong();
        long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = new ArrayList<Future<?>>();
            for (int w = 0; w < 2; w++) {
                int writer = w;
                futures.add(threads.submit(() -> {
                    var random = new Random(writer);
                    for (long n = 1; System.nanoTime() < end; n++) {
                        int place = 2 * random.nextInt(4) + writer;
                        String key = keys.get(place);
                        String mark = writer + "-" + n;
                        store().mark(view(), mark, List.of(key), LONG);
                        long number = truth.incrementAndGet(place);
                        store().settle(view(), mark, List.of(key));
                        settled.set(place, number);
                        Thread.sleep(random.nextInt(8));
                    }
                    return null;
                }));
            }
            for (int i = 0; i < 4; i++) {
                futures.add(threads.submit(() -> {
                    while (System.nanoTime() < end) {
                        long[] atLeast = IntStream.range(0, keys.size())
                                .mapToLong(settled::get)
                                .toArray();
                        var found = (ManyLookup.Found) store().lookupAll(view(), experiment, keys);
                        var fills = new HashMap<String, byte[]>();
                        for (int k = 0; k < keys.size(); k++) {
                            byte[] answer = found.answers().get(k);
                            if (answer == null) {
                                fills.put(keys.get(k), bytesOf(truth.get(k)));
                            } else {
                                hits.incrementAndGet();
                                assertThat(Long.parseLong(new String(answer, StandardCharsets.UTF_8)))
                                        .isGreaterThanOrEqualTo(atLeast[k]);
                            }
                        }
                        Thread.sleep(1);
                        if (!fills.isEmpty()) {
                            store().fillAll(view(), experiment, found.token(), fills, LONG);
                        }
                    }
                    return null;
                }));
            }
            for (var future : futures) {
                future.get();
            }
        }
        assertThat(hits.get()).isPositive();
    }

    private static byte[] bytesOf(long number) {
        return Long.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readersAndWriters_neverSeeAnAnswerOlderThanASettledChange() throws Exception {
        var truth = new ConcurrentHashMap<String, AtomicLong>();
        truth.put(run, new AtomicLong());
        var settled = new AtomicLong();
        var random = new Random(7);
        long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = new ArrayList<Future<?>>();
            futures.add(threads.submit(() -> {
                for (long n = 1; System.nanoTime() < end; n++) {
                    store().mark(view(), "w" + n, List.of(run), LONG);
                    truth.get(run).set(n);
                    store().settle(view(), "w" + n, List.of(run));
                    settled.set(n);
                    Thread.sleep(random.nextInt(4));
                }
                return null;
            }));
            for (int i = 0; i < 6; i++) {
                futures.add(threads.submit(() -> {
                    while (System.nanoTime() < end) {
                        long atLeast = settled.get();
                        switch (store().lookup(view(), run)) {
                            case Lookup.Hit(byte[] answer) ->
                                assertThat(Long.parseLong(new String(answer, StandardCharsets.UTF_8)))
                                        .isGreaterThanOrEqualTo(atLeast);
                            case Lookup.Miss(String token) -> {
                                long loaded = truth.get(run).get();
                                Thread.sleep(1);
                                store().fill(
                                                view(),
                                                run,
                                                token,
                                                List.of(run),
                                                Long.toString(loaded).getBytes(StandardCharsets.UTF_8),
                                                LONG);
                            }
                            case Lookup.Bypass(String reason) ->
                                assertThat(reason).isNotEmpty();
                        }
                    }
                    return null;
                }));
            }
            for (var future : futures) {
                future.get();
            }
        }
        assertThat(settled.get()).isPositive();
    }
}
