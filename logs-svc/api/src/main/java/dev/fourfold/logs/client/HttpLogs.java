package dev.fourfold.logs.client;

import dev.fourfold.contract.Problem;
import dev.fourfold.logs.JournalStatus;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** Lines over HTTP. */
@Singleton
@Requires(property = "fourfold.logs.url")
final class HttpLogs implements LogOperations {

    private final LogHttp http;

    HttpLogs(LogHttp http) {
        this.http = http;
    }

    @Override
    public void append(LogBatch batch) {
        http.append(batch.toBytes());
    }

    @Override
    public LogPage search(LogQuery query) {
        var level = query.minimumLevel();
        var answer = http.search(
                query.runId(),
                query.cursor(),
                query.limit(),
                level == null ? null : level.name(),
                query.stream(),
                query.text(),
                query.fromNanos(),
                query.toNanos());
        byte[] body = answer.body();
        if (body == null) {
            throw new Problem.Internal("logs-svc answered a page without a body").toException();
        }
        return new LogPage(LogBatch.fromBytes(body), answer.getHeaders().get(LogRoutes.NEXT));
    }

    @Override
    public JournalStatus journal() {
        return http.journal();
    }
}
