package dev.fourfold.gateway.fakes;

import dev.fourfold.metrics.RunRef;
import dev.fourfold.metrics.move.Engine;
import dev.fourfold.metrics.move.MoveAction;
import dev.fourfold.metrics.move.MoveOperations;
import dev.fourfold.metrics.move.MovePhase;
import dev.fourfold.metrics.move.MoveReport;
import dev.fourfold.metrics.move.MoveRequest;
import dev.fourfold.metrics.move.MoveStatus;
import dev.fourfold.metrics.move.RunDifference;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A move that found one run different, and what was asked for. */
@Singleton
public final class FakeMoves implements MoveOperations {

    private final List<String> unknown = new ArrayList<>();
    private final List<RunRef> told = new ArrayList<>();
    private @Nullable MoveRequest started;
    private @Nullable MoveAction acted;

    /** Runs whose experiment is not known yet. */
    public List<String> unknown() {
        return unknown;
    }

    /** What was told of them. */
    public List<RunRef> told() {
        return told;
    }

    /** The move that was asked for. */
    public @Nullable MoveRequest started() {
        return started;
    }

    /** What was asked for last. */
    public @Nullable MoveAction acted() {
        return acted;
    }

    @Override
    public MoveStatus status() {
        return new MoveStatus(
                Engine.POSTGRESQL,
                List.of(Engine.POSTGRESQL, Engine.INFLUXDB),
                new MoveReport(
                        7,
                        Engine.POSTGRESQL,
                        Engine.INFLUXDB,
                        MovePhase.DIFFERENT,
                        false,
                        3,
                        3,
                        2,
                        1,
                        100,
                        99,
                        1_000,
                        2_000,
                        null,
                        List.of(new RunDifference(
                                "1", "r", 50, 51, 0xabcL, -1, "loss", 12, 5, "0.5", Engine.INFLUXDB))));
    }

    @Override
    public MoveStatus start(MoveRequest request) {
        started = request;
        return status();
    }

    @Override
    public MoveStatus act(MoveAction action) {
        acted = action;
        return status();
    }

    @Override
    public List<String> runsWithoutExperiment() {
        return List.copyOf(unknown);
    }

    @Override
    public void tellExperiments(List<RunRef> runs) {
        told.addAll(runs);
        runs.forEach(run -> unknown.remove(run.runId()));
    }
}
