package dev.fourfold.metadata.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.ProblemException;
import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link NamespaceOperations} promise, for every way to reach them; at most ten namespaces may be. */
public abstract class NamespaceOperationsContract {

    private final String name = "n-" + UUID.randomUUID();

    /** The operations under test. */
    protected abstract NamespaceOperations namespaces();

    @Test
    void namespaceOfNobody_hasTheLimitsOfTheService() {
        assertThat(namespaces().get(name))
                .isEqualTo(new StateNamespace(name, false, 10_000, 65_536, WhenFull.REFUSE, 30_000, 0, null));
        assertThat(namespaces().list(null, 100).namespaces())
                .extracting(StateNamespace::name)
                .doesNotContain(name);
    }

    @Test
    void definition_countsOnceUntilItChanges() {
        try {
            var first = define(5L, null);
            long version = first.version();
            assertThat(first)
                    .isEqualTo(new StateNamespace(name, true, 5, 65_536, WhenFull.EVICT, 30_000, version, null));
            assertThat(define(5L, null)).isEqualTo(first);
            assertThat(namespaces().get(name)).isEqualTo(first);
            assertThat(namespaces().list(null, 100).namespaces()).contains(first);
            assertThat(define(6L, null).version()).isGreaterThan(version);
        } finally {
            namespaces().delete(name, null);
        }
        assertThat(namespaces().get(name).defined()).isFalse();
    }

    @Test
    void limitsOfANamespaceThatWasDeletedAndMadeAgain_areNewerThanBefore() {
        define(5L, null);
        long before = define(6L, null).version();
        assertThat(namespaces().delete(name, null)).isTrue();
        TokenBlock used = namespaces().reserve(name, "redis-a");
        assertThat(used.namespace().version()).isGreaterThan(before);
        long defined = define(5L, null).version();
        assertThat(defined).isGreaterThan(used.namespace().version());
        assertThat(namespaces().delete(name, null)).as("its limits only").isFalse();
        assertThat(namespaces().get(name).version()).isGreaterThan(defined);
        namespaces().delete(name, used.lastToken());
    }

    @Test
    void blocks_growWhoeverReservesThem_alsoAfterTheNamespaceWasDeleted() throws Exception {
        var blocks = new ConcurrentSkipListMap<Long, Long>();
        Callable<TokenBlock> reserving = () -> namespaces().reserve(name, "redis-a");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var future : threads.invokeAll(Collections.nCopies(20, reserving))) {
                blocks.put(future.get().firstToken(), future.get().lastToken());
            }
        }
        assertThat(blocks).hasSize(20);
        long last = 0;
        for (var block : blocks.entrySet()) {
            assertThat(block.getKey()).isGreaterThan(last);
            assertThat(block.getValue()).isGreaterThan(block.getKey());
            last = block.getValue();
        }
        assertThat(namespaces().get(name).lastToken()).isEqualTo(last);
        assertThat(namespaces().delete(name, last)).isTrue();
        TokenBlock after = namespaces().reserve(name, "redis-b");
        assertThat(after.firstToken()).isGreaterThan(last);
        assertThat(after.unknownMillis()).isZero();
        namespaces().delete(name, after.lastToken());
    }

    @Test
    void namespaceWithTokens_mayBeHeldByUnknownForTheLongestLeaseThatEverWas() {
        TokenBlock first = namespaces().reserve(name, "redis-a");
        assertThat(first.unknownMillis()).isZero();
        assertThat(namespaces().reserve(name, "redis-a").unknownMillis())
                .as("it is new to whoever meets it at the same time")
                .isZero();
        assertThat(namespaces().reserve(name, "redis-b").unknownMillis()).isEqualTo(30_000);
        assertThat(namespaces().reserve(name, "redis-a").unknownMillis()).isEqualTo(30_000);
        define(5L, 60_000L);
        define(5L, 1_000L);
        TokenBlock last = namespaces().reserve(name, "redis-b");
        assertThat(last.unknownMillis()).isEqualTo(60_000);
        assertThat(last.namespace().maxLeaseMillis()).isEqualTo(1_000);
        assertThat(namespaces().delete(name, first.lastToken()))
                .as("tokens were reserved since")
                .isFalse();
        assertThat(namespaces().get(name).defined()).isFalse();
        assertThat(namespaces().reserve(name, "redis-b").unknownMillis()).isEqualTo(60_000);
        namespaces().delete(name, namespaces().get(name).lastToken());
    }

    @Test
    void namespaceThatWasDefinedBeforeItWasUsed_mayBeHeldByUnknownForNoLongerThanItAllows() {
        define(5L, 2_000L);
        TokenBlock first = namespaces().reserve(name, "redis-a");
        assertThat(first.namespace().maxLeaseMillis()).isEqualTo(2_000);
        assertThat(namespaces().reserve(name, "redis-b").unknownMillis()).isEqualTo(2_000);
        namespaces().delete(name, namespaces().get(name).lastToken());
    }

    @Test
    void moreNamespacesThanMayBe_areRefused() {
        try {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 11; i++) {
                            namespaces().reserve(name + i, "redis-a");
                        }
                    })
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("10 namespaces");
        } finally {
            for (int i = 0; i < 11; i++) {
                namespaces().delete(name + i, namespaces().get(name + i).lastToken());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "{a}", "-a", "é", "a/b"})
    void nameThatCannotBe_isRefused(String wrong) {
        assertThatThrownBy(() -> namespaces().reserve(wrong, "redis-a")).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> namespaces().get(wrong)).isInstanceOf(ProblemException.class);
    }

    @Test
    void limitsOutOfBounds_areRefused() {
        assertThatThrownBy(() -> define(0L, null)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> define(1_000_001L, null)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> define(5L, 99L)).isInstanceOf(ProblemException.class);
    }

    private StateNamespace define(@Nullable Long maxKeys, @Nullable Long maxLeaseMillis) {
        return namespaces().define(new DefineNamespace(name, maxKeys, null, WhenFull.EVICT, maxLeaseMillis));
    }
}
