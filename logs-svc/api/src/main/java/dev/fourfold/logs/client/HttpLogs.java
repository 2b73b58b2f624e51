package dev.fourfold.logs.client;

import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.Problem;
import dev.fourfold.contract.http.Instances;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.PurgedLines;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.List;

/** Lines over HTTP. */
@Singleton
@Requires(property = HttpLogs.URL)
final class HttpLogs implements LogOperations {

    /** The addresses of logs-svc; given, it means that logs-svc runs elsewhere. */
    static final String URL = "fourfold.logs.url";

    private final LogHttp http;
    private final Instances instances;

    HttpLogs(LogHttp http, @Property(name = URL) String addresses) {
        this.http = http;
        this.instances = Instances.of(addresses);
    }

    @Override
    public void append(LogBatch batch) {
        http.append(instances.owner(batch.runId()), batch.toBytes());
    }

    @Override
    public LogPage search(LogQuery query) {
        var level = query.minimumLevel();
        var answer = http.search(
                instances.owner(query.runId()),
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
    public PurgedLines purge(String runId) {
        return http.purge(instances.owner(runId), runId);
    }

    @Override
    public List<JournalStatus> journals() {
        return instances.journals("logs-svc", http::journal);
    }
}
