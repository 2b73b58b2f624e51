package dev.fourfold.metadata.purge;

import dev.fourfold.metadata.ServesMetadata;
import dev.fourfold.metadata.experiment.ExperimentNumber;
import dev.fourfold.metadata.run.RunProblems;
import dev.fourfold.metadata.text.Texts;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Purges, by the grace period. */
@Singleton
@ServesMetadata
final class PurgeService implements PurgeOperations {

    private static final Duration CLAIM = Duration.ofMillis(CLAIM_MILLIS);
    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
    private static final int LARGEST_PAGE = 1000;
    private static final int MOST_EXPERIMENTS = 100;
    private static final int LONGEST_NAME = 250;

    /** Rows that one transaction removes: few enough for its deadline. */
    private static final int ROWS_AT_ONCE = 10_000;

    private final PurgeStore store;
    private final PurgeConfiguration configuration;

    PurgeService(PurgeStore store, PurgeConfiguration configuration) {
        this.store = store;
        this.configuration = configuration;
    }

    @Override
    public List<RunPurge> begin(PurgeRequest request) {
        checkCount("run ids", request.runIds().size(), PurgeRequest.MOST_RUNS);
        for (String runId : request.runIds()) {
            if (!Texts.isStorable(runId)) {
                throw RunProblems.notFound(runId).toException();
            }
        }
        var distinct = new PurgeRequest(
                request.runIds().stream().distinct().toList(),
                request.leastAgeMillis(),
                request.overrule(),
                request.leaveOthers(),
                request.requestedBy());
        return store.begin(distinct, leastAge(request.leastAgeMillis(), request.overrule()), configuration.settle());
    }

    @Override
    public List<String> candidates(PurgeCandidates wanted) {
        checkCount("experiment ids", wanted.experimentIds().size(), MOST_EXPERIMENTS);
        checkCount("runs", wanted.limit(), PurgeRequest.MOST_RUNS + 1);
        return store.candidates(
                wanted.experimentIds().stream().map(ExperimentNumber::of).toList(),
                leastAge(wanted.leastAgeMillis(), wanted.overrule()),
                wanted.limit());
    }

    @Override
    public RunPurge get(String runId) {
        if (!Texts.isStorable(runId)) {
            throw PurgeProblems.notPurged(runId).toException();
        }
        return store.find(runId)
                .orElseThrow(() -> PurgeProblems.notPurged(runId).toException());
    }

    @Override
    public PurgePage list(PurgeQuery query) {
        checkCount("purges", query.limit(), LARGEST_PAGE);
        String experimentId = query.experimentId();
        String number = experimentId == null ? null : String.valueOf(ExperimentNumber.of(experimentId));
        String after = query.after() == null ? null : Texts.storable("cursor", query.after());
        var found = store.list(new PurgeQuery(number, query.done(), after, query.limit() + 1));
        boolean more = found.size() > query.limit();
        var page = more ? found.subList(0, query.limit()) : found;
        return new PurgePage(page, more ? page.getLast().runId() : null);
    }

    @Override
    public List<String> purged(List<String> runIds) {
        return store.purged(runIds.stream().filter(Texts::isStorable).toList());
    }

    @Override
    public List<RunPurge> claim(String worker) {
        Texts.atMost(LONGEST_NAME, "worker", Texts.required("worker", worker));
        return store.claim(worker, CLAIM).stream().toList();
    }

    @Override
    public void renew(String runId, String worker) {
        record(runId, worker, new PurgeProgress(null, null, null, null, null));
    }

    @Override
    public RunPurge record(String runId, String worker, PurgeProgress progress) {
        return store.record(runId, worker, progress, CLAIM)
                .orElseThrow(() -> PurgeProblems.notYours(runId).toException());
    }

    @Override
    public void defer(String runId, String worker, PurgeDelay delay) {
        store.defer(runId, worker, delay.problem(), FIRST_DELAY, LONGEST_DELAY);
    }

    @Override
    public RunPurge finish(String runId, String worker) {
        long rows = 0;
        long some;
        do {
            renew(runId, worker);
            some = store.removeSome(runId, ROWS_AT_ONCE);
            rows += some;
        } while (some > 0);
        return store.finish(runId, worker, rows)
                .orElseThrow(() -> PurgeProblems.notYours(runId).toException());
    }

    private Duration leastAge(@Nullable Long askedMillis, boolean overrule) {
        if (askedMillis == null) {
            return configuration.grace();
        }
        var asked = Duration.ofMillis(Math.max(0, askedMillis));
        return overrule || asked.compareTo(configuration.grace()) > 0 ? asked : configuration.grace();
    }

    private static void checkCount(String what, int count, int most) {
        if (count < 1 || count > most) {
            throw Texts.invalid("There are 1 to " + most + " " + what + " in a request, not " + count + ".");
        }
    }
}
