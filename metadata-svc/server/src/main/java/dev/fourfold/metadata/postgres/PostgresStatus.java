package dev.fourfold.metadata.postgres;

import dev.fourfold.contract.StoreOperations;
import dev.fourfold.contract.StoreStatus;
import dev.fourfold.metadata.ServesMetadata;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL says of itself, within a second. */
@Singleton
@Named(Postgres.NAME)
@ServesMetadata
final class PostgresStatus implements StoreOperations {

    private static final String ENGINE = "PostgreSQL";
    private static final int PATIENCE_MILLIS = 900;

    /** Host, port and database; user and password may stand before and after them. */
    private static final Pattern ADDRESS = Pattern.compile("jdbc:postgresql:(?://)?(?:[^@/?]*@)?([^?]*).*");

    private final Postgres postgres;
    private final String where;

    PostgresStatus(Postgres postgres, @Value("${datasources.metadata.url}") String url) {
        this.postgres = postgres;
        this.where = withoutCredentials(url);
    }

    @Override
    public StoreStatus status() {
        var version = new CompletableFuture<String>();
        Thread.startVirtualThread(() -> ask(version));
        try {
            return status(version.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS), null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return status(null, "interrupted");
        } catch (TimeoutException e) {
            return status(null, "no answer within a second");
        } catch (ExecutionException e) {
            var cause = e.getCause();
            return status(null, cause == null ? "no answer" : cause.getMessage());
        }
    }

    static String withoutCredentials(String url) {
        var address = ADDRESS.matcher(url);
        return address.matches() ? address.group(1) : "";
    }

    private void ask(CompletableFuture<String> version) {
        try {
            version.complete(
                    postgres.single(connection -> Rows.first(connection, "SHOW server_version", row -> row.getString(1))
                            .orElseThrow()));
        } catch (RuntimeException e) {
            version.completeExceptionally(e);
        }
    }

    private StoreStatus status(@Nullable String version, @Nullable String detail) {
        return new StoreStatus(Postgres.PART, ENGINE, version, where, detail == null, detail);
    }
}
