package dev.fourfold.embedded;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/** All four stores in one folder, started beside each other; as a program, one that only waits to be killed. */
record AllStores(PostgresStore postgres, RedisStore redis, MongoStore mongo, InfluxStore influx)
        implements AutoCloseable {

    static AllStores start(Path root) throws InterruptedException, ExecutionException {
        var binary = InfluxBinary.find(null, line -> {}).orElseThrow();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var postgres = threads.submit((Callable<PostgresStore>) () -> PostgresStore.start(root.resolve("pg"), 0));
            var redis = threads.submit((Callable<RedisStore>) () -> RedisStore.start(root.resolve("redis"), 0));
            var mongo = threads.submit((Callable<MongoStore>) () -> MongoStore.startApart(root.resolve("mongo"), 0));
            var influx =
                    threads.submit((Callable<InfluxStore>) () -> InfluxStore.start(root.resolve("influx"), 0, binary));
            return new AllStores(postgres.get(), redis.get(), mongo.get(), influx.get());
        }
    }

    List<EmbeddedStore> all() {
        return List.of(postgres, redis, mongo, influx);
    }

    @Override
    public void close() {
        all().forEach(EmbeddedStore::close);
    }

    /** Prints the stores' process ids in one line, then waits. */
    public static void main(String[] arguments) throws Exception {
        var stores = start(Path.of(arguments[0]));
        var ids = stores.all().stream()
                .map(store -> Long.toString(store.pid().orElseThrow()))
                .toList();
        System.out.println("pids " + String.join(" ", ids));
        Thread.sleep(Long.MAX_VALUE);
    }
}
