package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.LifecycleStage;
import dev.fourfold.metadata.purge.PurgeCandidates;
import dev.fourfold.metadata.purge.PurgeDelay;
import dev.fourfold.metadata.purge.PurgeOperations;
import dev.fourfold.metadata.purge.PurgePage;
import dev.fourfold.metadata.purge.PurgeProgress;
import dev.fourfold.metadata.purge.PurgeQuery;
import dev.fourfold.metadata.purge.PurgeRequest;
import dev.fourfold.metadata.purge.RunPurge;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Purges in a map; claimed as soon as they begin. Runs whose artifacts lie elsewhere keep them. */
@Singleton
public final class FakePurges implements PurgeOperations {

    private final FakeRuns runs;
    private final Map<String, RunPurge> purges = new LinkedHashMap<>();
    private @Nullable PurgeRequest lastRequest;
    private @Nullable PurgeCandidates lastCandidates;

    FakePurges(FakeRuns runs) {
        this.runs = runs;
    }

    /** What was asked for last. */
    public synchronized @Nullable PurgeRequest lastRequest() {
        return lastRequest;
    }

    /** What was looked for last. */
    public synchronized @Nullable PurgeCandidates lastCandidates() {
        return lastCandidates;
    }

    @Override
    public synchronized List<RunPurge> begin(PurgeRequest request) {
        lastRequest = request;
        var begun = new ArrayList<RunPurge>();
        for (String runId : request.runIds()) {
            if (!purges.containsKey(runId)) {
                var info = runs.get(runId).info();
                if (info.lifecycleStage() == LifecycleStage.ACTIVE) {
                    throw new Problem.InvalidState("Run " + runId + " is not deleted").toException();
                }
                var nothing = new PurgeProgress(null, null, null, null, null);
                purges.put(runId, purge(runId, info.experimentId(), info.artifactUri(), nothing, null, 0, null));
            }
            begun.add(get(runId));
        }
        return begun;
    }

    @Override
    public synchronized List<String> candidates(PurgeCandidates wanted) {
        lastCandidates = wanted;
        return List.of();
    }

    @Override
    public synchronized RunPurge get(String runId) {
        RunPurge purge = purges.get(runId);
        if (purge == null) {
            throw new Problem.NotFound("There is no purge of a run with id=" + runId).toException();
        }
        return purge;
    }

    @Override
    public synchronized PurgePage list(PurgeQuery query) {
        return new PurgePage(List.copyOf(purges.values()), null);
    }

    @Override
    public synchronized List<String> purged(List<String> runIds) {
        return runIds.stream().filter(purges::containsKey).toList();
    }

    @Override
    public synchronized List<RunPurge> claim(String worker) {
        return purges.values().stream()
                .filter(purge -> !purge.done() && purge.attempts() == 0)
                .limit(1)
                .toList();
    }

    @Override
    public void renew(String runId, String worker) {
        get(runId);
    }

    @Override
    public synchronized RunPurge record(String runId, String worker, PurgeProgress progress) {
        RunPurge old = get(runId);
        var now = new PurgeProgress(
                progress.points() == null ? old.points() : progress.points(),
                progress.lines() == null ? old.lines() : progress.lines(),
                progress.files() == null ? old.files() : progress.files(),
                progress.fileBytes() == null ? old.fileBytes() : progress.fileBytes(),
                progress.artifactsLeft() == null ? old.artifactsLeft() : progress.artifactsLeft());
        var changed = purge(runId, old.experimentId(), old.artifactUri(), now, null, old.attempts(), old.problem());
        purges.put(runId, changed);
        return changed;
    }

    @Override
    public synchronized void defer(String runId, String worker, PurgeDelay delay) {
        RunPurge old = get(runId);
        purges.put(runId, purge(runId, old.experimentId(), old.artifactUri(), progress(old), null, 1, delay.problem()));
    }

    @Override
    public synchronized RunPurge finish(String runId, String worker) {
        RunPurge old = get(runId);
        Objects.requireNonNull(old.points());
        Objects.requireNonNull(old.lines());
        Objects.requireNonNull(old.files());
        var done = purge(runId, old.experimentId(), old.artifactUri(), progress(old), 3L, 0, null);
        purges.put(runId, done);
        return done;
    }

    private static PurgeProgress progress(RunPurge purge) {
        return new PurgeProgress(
                purge.points(), purge.lines(), purge.files(), purge.fileBytes(), purge.artifactsLeft());
    }

    private static RunPurge purge(
            String runId,
            String experimentId,
            String artifactUri,
            PurgeProgress progress,
            @Nullable Long done,
            int attempts,
            @Nullable String problem) {
        return new RunPurge(
                runId,
                experimentId,
                null,
                artifactUri,
                null,
                1,
                2,
                7,
                progress.points(),
                progress.lines(),
                progress.files(),
                progress.fileBytes(),
                progress.artifactsLeft(),
                0,
                done,
                attempts,
                problem,
                done == null ? 5L : null);
    }
}
