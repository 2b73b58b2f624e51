package dev.fourfold.metadata.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metadata.OneProcess;
import dev.fourfold.metadata.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Pushes to one view that wait for each other, and everybody else. */
class ITHotView {

    private static final int CONNECTIONS = 4;
    private static final int PUSHES = 5 * CONNECTIONS;

    @Test
    void pushesThatWait_leaveConnectionsToOtherRequests() throws Exception {
        Map<String, Object> database = TestPostgres.emptyDatabase();
        try (var context = OneProcess.start(database, Map.of("datasources.metadata.maximum-pool-size", CONNECTIONS));
                var beside = TestPostgres.connect(database);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var features = context.getBean(FeatureOperations.class);
            define(features, "hot");
            define(features, "other");
            List<Future<PushOutcome>> waiting = new ArrayList<>();
            beside.setAutoCommit(false);
            try (var lock = beside.createStatement()) {
                lock.executeQuery("SELECT 1 FROM feature_usage FOR UPDATE").close();
            }
            for (int i = 0; i < PUSHES; i++) {
                String entity = "e" + i;
                waiting.add(threads.submit(() -> push(features, "hot", entity)));
            }
            awaitThatSomeWait(database);

            for (int i = 0; i < PUSHES; i++) {
                assertThat(features.get("other").rows()).isZero();
            }
            assertThat(waiting).noneMatch(Future::isDone);

            beside.rollback();
            for (Future<PushOutcome> push : waiting) {
                push.get();
            }
            assertThat(features.get("hot").rows()).isEqualTo(PUSHES);
        }
    }

    /** Until as many wait for the lock as ever will: no more come while one of them has no connection. */
    private static void awaitThatSomeWait(Map<String, Object> database) throws Exception {
        long limit = System.nanoTime() + 10_000_000_000L;
        try (var observer = TestPostgres.connect(database);
                var count = observer.prepareStatement(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")) {
            long found = 0;
            while (found < 2) {
                assertThat(System.nanoTime()).as("two wait within 10 s").isLessThan(limit);
                Thread.sleep(20);
                try (var rows = count.executeQuery()) {
                    rows.next();
                    found = rows.getLong(1);
                }
            }
        }
    }

    private static void define(FeatureOperations features, String name) {
        features.define(new DefineView(
                name,
                "",
                new EntityKey("driver", FeatureType.STRING),
                List.of(new NewField("x", FeatureType.INT64, null)),
                null,
                null,
                null,
                WhenFull.REFUSE));
    }

    private static PushOutcome push(FeatureOperations features, String view, String entity) {
        return features.push(new PushRows(view, List.of(new PushedRow(entity, null, "{\"x\":1}"))));
    }
}
