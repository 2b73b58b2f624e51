package dev.fourfold.gateway.fakes;

import dev.fourfold.contract.Problem;
import dev.fourfold.metadata.heart.BegunHeart;
import dev.fourfold.metadata.heart.HeartOperations;
import dev.fourfold.metadata.heart.HeartPage;
import dev.fourfold.metadata.heart.HeartPage.BeatingHeart;
import dev.fourfold.metadata.heart.HeartVerdict;
import dev.fourfold.metadata.heart.NewHeart;
import dev.fourfold.metadata.heart.RunHeart;
import dev.fourfold.metadata.heart.SilentHearts;
import dev.fourfold.metadata.heart.SilentHearts.SilentHeart;
import dev.fourfold.metadata.run.RunInfo;
import dev.fourfold.metadata.run.RunStatus;
import dev.fourfold.metadata.run.UpdateRun;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Hearts in a map, with numbers that count up. */
@Singleton
public final class FakeHearts implements HeartOperations {

    private final FakeRuns runs;
    private final Map<String, RunHeart.Heart> hearts = new ConcurrentSkipListMap<>();
    private final List<String> stated = new ArrayList<>();
    private boolean sure = true;
    private long numbers;

    FakeHearts(FakeRuns runs) {
        this.runs = runs;
    }

    /** What gateways stated, {@code lost} for beats. */
    public synchronized List<String> stated() {
        return List.copyOf(stated);
    }

    /** Whether a silent run is marked. */
    public synchronized void sure(boolean now) {
        sure = now;
    }

    @Override
    public synchronized BegunHeart begin(String runId, NewHeart heart) {
        RunInfo run = runs.get(runId).info();
        RunHeart.Heart before = hearts.get(runId);
        Long silentSince = before == null ? null : before.silentSinceMillis();
        if (silentSince != null) {
            runs.update(runId, new UpdateRun(RunStatus.RUNNING, null, null));
        } else if (run.status() != RunStatus.RUNNING) {
            hearts.remove(runId);
            throw new Problem.InvalidState("The run has ended.").toException();
        }
        hearts.put(runId, new RunHeart.Heart(++numbers, heart.ttlMillis(), heart.worker(), 1, null, null, null));
        return new BegunHeart(numbers, silentSince);
    }

    @Override
    public synchronized RunHeart get(String runId) {
        RunInfo run = runs.get(runId).info();
        return new RunHeart(runId, run.status(), run.lifecycleStage(), hearts.get(runId));
    }

    @Override
    public synchronized void remove(String runId) {
        runs.get(runId);
        hearts.remove(runId);
    }

    @Override
    public synchronized List<HeartVerdict> stop(SilentHearts silent) {
        return silent.hearts().stream().map(this::stop).toList();
    }

    private HeartVerdict stop(SilentHeart silent) {
        RunHeart.Heart heart = hearts.get(silent.runId());
        if (heart == null || heart.number() != silent.number()) {
            return HeartVerdict.GONE;
        }
        if (!sure) {
            return HeartVerdict.UNSURE;
        }
        runs.update(silent.runId(), new UpdateRun(RunStatus.FAILED, silent.sinceMillis(), null));
        hearts.put(
                silent.runId(),
                new RunHeart.Heart(
                        heart.number(), heart.ttlMillis(), silent.worker(), 1, silent.sinceMillis(), 2L, "stopped: x"));
        return HeartVerdict.STOPPED;
    }

    @Override
    public synchronized HeartPage beating(@Nullable Long after, int limit) {
        return new HeartPage(
                hearts.entrySet().stream()
                        .filter(entry -> entry.getValue().stoppedMillis() == null)
                        .map(entry -> new BeatingHeart(
                                entry.getKey(),
                                entry.getValue().number(),
                                entry.getValue().ttlMillis(),
                                entry.getValue().worker()))
                        .toList(),
                null);
    }

    @Override
    public synchronized void watch(@Nullable String incarnation) {
        stated.add(Objects.requireNonNullElse(incarnation, "lost"));
    }
}
