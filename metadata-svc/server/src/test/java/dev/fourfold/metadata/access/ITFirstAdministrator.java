package dev.fourfold.metadata.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The first start of a platform, by several processes at once. */
class ITFirstAdministrator {

    @Test
    void ofManyWhoStartAtOnce_oneGetsThePassword() throws Exception {
        var database = TestPostgres.emptyDatabase();
        try (var first = OneProcess.start(database);
                var second = OneProcess.start(database)) {
            var calls = new ArrayList<Callable<Optional<NewUser>>>();
            for (int i = 0; i < 3; i++) {
                calls.add(() -> first.getBean(AccessOperations.class).ensureAdministrator());
                calls.add(() -> second.getBean(AccessOperations.class).ensureAdministrator());
            }
            var made = new ArrayList<NewUser>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var future : threads.invokeAll(calls)) {
                    future.get().ifPresent(made::add);
                }
            }
            assertThat(made).hasSize(1);
            var administrator = made.getFirst();
            assertThat(administrator.username()).isEqualTo("admin");
            assertThat(administrator.password()).hasSizeGreaterThanOrEqualTo(20);
            var access = second.getBean(AccessOperations.class);
            assertThat(access.verify(new Credential("admin", administrator.password()))
                            .user()
                            .administrator())
                    .isTrue();
            assertThat(access.ensureAdministrator()).isEmpty();
        }
    }
}
