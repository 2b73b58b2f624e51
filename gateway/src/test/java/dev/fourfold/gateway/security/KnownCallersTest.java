package dev.fourfold.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.answers.CacheCounts;
import dev.fourfold.gateway.answers.HotAnswer;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.LoadedAnswer;
import dev.fourfold.gateway.answers.ManyAnswers;
import dev.fourfold.gateway.answers.ManyLoader;
import dev.fourfold.gateway.fakes.FakeAccess;
import dev.fourfold.metadata.access.Credential;
import dev.fourfold.metadata.access.Identity;
import dev.fourfold.metadata.access.NewToken;
import dev.fourfold.metadata.access.NewUser;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is remembered of a verified credential, and what is believed of what is remembered. */
class KnownCallersTest {

    private static final Credential ANN = new Credential("ann", "correct-horse-battery");

    private final FakeAccess access = new FakeAccess();
    private final Memory memory = new Memory();
    private final KnownCallers callers = new KnownCallers(access, memory);

    @BeforeEach
    void users() {
        access.createUser(new NewUser("ann", ANN.secret(), false));
        access.createUser(new NewUser("root", "another-horse-battery", true));
    }

    @Test
    void aVerifiedCredential_isRemembered_withoutBeingTold() {
        Identity verified = callers.verify(ANN);
        access.setPassword("ann", "something-else-entirely"); // Nobody is asked again, as nobody says that it changed.
        assertThat(callers.verify(ANN)).isEqualTo(verified);
        assertThat(callers.verify(new Credential("ann", ANN.secret(), "10.0.0.1")))
                .isEqualTo(verified);
        assertThat(memory.subjects).isEqualTo(List.of("user:ann"));
        assertThat(memory.kept.keySet()).singleElement().asString().matches("caller:[0-9a-f]{64}");
        assertThat(memory.kept.toString()).doesNotContain(ANN.secret());
    }

    @Test
    void whatNobodyShows_isNotRemembered() {
        assertUnauthenticated(new Credential("ann", "wrong"));
        assertUnauthenticated(new Credential("an", "ncorrect-horse-battery"));
        assertThat(memory.kept).isEmpty();
    }

    @Test
    void aToken_dependsOnItselfToo_andEndsInTime() {
        String tokenId = access.createToken(new NewToken("ann", "", null)).tokenId();
        callers.verify(new Credential(null, "secret-" + tokenId));
        assertThat(memory.subjects).containsExactlyInAnyOrder("user:ann", "token:" + tokenId);

        String ended = access.createToken(new NewToken("ann", "", System.currentTimeMillis() - 1))
                .tokenId();
        assertUnauthenticated(new Credential(null, "secret-" + ended)); // As if it had expired since.
        assertUnauthenticated(new Credential(null, "secret-" + ended));
    }

    @Test
    void whatSomebodyElseWroteIntoTheCache_isNotBelieved() {
        callers.verify(ANN);
        String ann = memory.kept.keySet().iterator().next();
        byte[] annsAnswer = Objects.requireNonNull(memory.kept.get(ann));
        callers.verify(new Credential("root", "another-horse-battery"));
        byte[] rootsAnswer = memory.kept.entrySet().stream()
                .filter(one -> !one.getKey().equals(ann))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();

        memory.kept.put(ann, rootsAnswer);
        assertThat(callers.verify(ANN).user().username()).isEqualTo("ann");
        for (int i = 0; i < annsAnswer.length; i++) {
            byte[] forged = annsAnswer.clone();
            forged[i] ^= 1;
            memory.kept.put(ann, forged);
            assertThat(callers.verify(ANN).user().administrator()).isFalse();
            assertThat(callers.verify(ANN).user().username()).isEqualTo("ann");
        }
        memory.kept.put(ann, new byte[3]);
        assertThat(callers.verify(ANN).user().username()).isEqualTo("ann");
    }

    private void assertUnauthenticated(Credential credential) {
        assertThatThrownBy(() -> callers.verify(credential))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem()).isInstanceOf(Problem.Unauthenticated.class));
    }

    /** Keeps everything for ever. */
    private static final class Memory implements HotAnswers {

        private final Map<String, byte[]> kept = new HashMap<>();
        private List<String> subjects = List.of();

        @Override
        public HotAnswer read(String key, Supplier<LoadedAnswer> load) {
            byte[] known = kept.get(key);
            if (known != null) {
                return new HotAnswer(known, true);
            }
            LoadedAnswer loaded = load.get();
            subjects = List.copyOf(loaded.subjects());
            kept.put(key, loaded.bytes());
            return new HotAnswer(loaded.bytes(), false);
        }

        @Override
        public ManyAnswers readAll(String group, List<String> keys, ManyLoader load) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T write(Collection<String> subjects, Supplier<T> change) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CacheCounts counts() {
            throw new UnsupportedOperationException();
        }
    }
}
