package dev.fourfold.metadata.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.ProblemException;
import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The first start of a platform, by several processes at once. */
class ITFirstAdministrator {

    private static final String PASSWORD = "correct horse battery ";

    @Test
    void ofManyWhoStartAtOnce_oneGetsThePassword() throws Exception {
        var database = TestPostgres.emptyDatabase();
        try (var first = OneProcess.start(database);
                var second = OneProcess.start(database)) {
            var calls = new ArrayList<Callable<Boolean>>();
            for (int i = 0; i < 3; i++) {
                String password = PASSWORD + i;
                calls.add(() -> first.getBean(AccessOperations.class).ensureAdministrator(password + "a"));
                calls.add(() -> second.getBean(AccessOperations.class).ensureAdministrator(password + "b"));
            }
            var made = new ArrayList<Boolean>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var future : threads.invokeAll(calls)) {
                    made.add(future.get());
                }
            }
            assertThat(made).containsOnlyOnce(true);
            int winner = made.indexOf(true);
            String password = PASSWORD + winner / 2 + (winner % 2 == 0 ? "a" : "b");
            var access = second.getBean(AccessOperations.class);
            assertThat(access.verify(new Credential("admin", password)).user().administrator())
                    .isTrue();
            assertThat(access.ensureAdministrator(PASSWORD)).isFalse();
        }
    }

    @Test
    void anEasyPassword_isRefused() {
        try (var process = OneProcess.start(TestPostgres.emptyDatabase())) {
            var access = process.getBean(AccessOperations.class);
            assertThatThrownBy(() -> access.ensureAdministrator("admin")).isInstanceOf(ProblemException.class);
            assertThat(access.users()).isEmpty();
        }
    }
}
