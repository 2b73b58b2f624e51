package dev.fourfold.logs.client;

import dev.fourfold.contract.JournalStatus;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.contract.http.Instances;
import dev.fourfold.contract.live.LiveClient;
import dev.fourfold.contract.live.LiveFeed;
import dev.fourfold.logs.LiveLogQuery;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogCount;
import dev.fourfold.logs.LogCountQuery;
import dev.fourfold.logs.LogExtent;
import dev.fourfold.logs.LogOperations;
import dev.fourfold.logs.LogPage;
import dev.fourfold.logs.LogQuery;
import dev.fourfold.logs.PurgedLines;
import dev.fourfold.logs.SweptLines;
import io.micronaut.context.annotation.Property;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lines over HTTP. */
@Singleton
@Requires(property = HttpLogs.URL)
final class HttpLogs implements LogOperations {

    private static final Logger LOG = LoggerFactory.getLogger(HttpLogs.class);

    /** The addresses of logs-svc; given, it means that logs-svc runs elsewhere. */
    static final String URL = "fourfold.logs.url";

    private final LogHttp http;
    private final Instances instances;
    private final LiveClient liveClient;
    private final LiveClient.Route live;

    HttpLogs(LogHttp http, LiveClient liveClient, @Property(name = URL) String addresses) {
        this.http = http;
        this.instances = Instances.of(addresses);
        this.liveClient = liveClient;
        this.live = new LiveClient.Route("logs-svc", instances, LogRoutes.LINES + LogRoutes.LIVE);
    }

    @Override
    public void append(LogBatch batch) {
        http.append(instances.owner(batch.runId()), batch.toBytes());
    }

    @Override
    public LogPage search(LogQuery query) {
        List<LogPage> pages = instances.ask(
                query.runIds(),
                Function.identity(),
                (address, own) -> LogPage.fromBytes(http.search(address, query.withRuns(own))));
        return pages.size() == 1 ? pages.getFirst() : MergedPage.of(pages, query.order(), query.limit());
    }

    @Override
    public List<LogCount> counts(LogCountQuery query) {
        List<List<LogCount>> answers = instances.ask(
                query.runIds(), Function.identity(), (address, own) -> http.counts(address, query.withRuns(own)));
        return answers.size() == 1 ? answers.getFirst() : LogCount.sum(answers);
    }

    @Override
    public List<LogExtent> extents(List<String> runIds) {
        return instances.ask(runIds, Function.identity(), http::extents).stream()
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public PurgedLines purge(String runId) {
        return http.purge(instances.owner(runId), runId);
    }

    @Override
    public LiveFeed live(LiveLogQuery query) {
        return liveClient.listen(
                live,
                query.runIds(),
                query.after(),
                (runIds, after) -> new LiveLogQuery(runIds, query.filter(), after));
    }

    @Override
    public List<String> retentionClasses() {
        return instances.any(http::retentionClasses);
    }

    @Override
    public List<SweptLines> swept() {
        var swept = new ArrayList<SweptLines>();
        for (String address : instances.addresses()) {
            try {
                swept.add(http.swept(address));
            } catch (ProblemException e) {
                LOG.debug("instance={} does not say what it swept", address, e);
            }
        }
        return swept;
    }

    @Override
    public List<JournalStatus> journals() {
        return instances.journals("logs-svc", http::journal);
    }
}
