package dev.fourfold.gateway.answers;

import dev.fourfold.metadata.run.RunOperations;
import dev.fourfold.metadata.run.RunPlace;
import dev.fourfold.metrics.ExperimentKey;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a run's points are kept under, kept hot: reading another store's data of a run needs no more of PostgreSQL. */
@Singleton
public final class RunPlaces {

    private final RunOperations runs;
    private final HotAnswers answers;

    RunPlaces(RunOperations runs, HotAnswers answers) {
        this.runs = runs;
        this.answers = answers;
    }

    /** The text of the run's {@link ExperimentKey}; {@code NotFound} where there is no such run. */
    public String experimentOf(String runId) {
        HotAnswer answer = answers.read(
                "place:" + runId,
                () -> new LoadedAnswer(
                        experimentOf(runs.place(runId)).getBytes(StandardCharsets.UTF_8), Subjects.ofPlace(runId)));
        return new String(answer.bytes(), StandardCharsets.UTF_8);
    }

    /** How long a run's lines are kept, or null; {@code NotFound} where there is no such run. */
    public @Nullable String retentionClassOf(String runId) {
        return ExperimentKey.parse(experimentOf(runId)).retentionClass();
    }

    /** The same of a place that is at hand. */
    public static String experimentOf(RunPlace place) {
        return new ExperimentKey(place.experimentId(), place.retentionClass()).text();
    }
}
