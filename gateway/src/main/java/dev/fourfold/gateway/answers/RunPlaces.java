package dev.fourfold.gateway.answers;

import dev.fourfold.metadata.run.RunOperations;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;

/** Which experiment a run belongs to, kept hot: reading another store's data of a run needs no more of PostgreSQL. */
@Singleton
public final class RunPlaces {

    private final RunOperations runs;
    private final HotAnswers answers;

    RunPlaces(RunOperations runs, HotAnswers answers) {
        this.runs = runs;
        this.answers = answers;
    }

    /** The run's experiment; {@code NotFound} where there is no such run. */
    public String experimentOf(String runId) {
        HotAnswer answer = answers.read(
                "place:" + runId,
                () -> new LoadedAnswer(
                        runs.place(runId).experimentId().getBytes(StandardCharsets.UTF_8), Subjects.ofPlace(runId)));
        return new String(answer.bytes(), StandardCharsets.UTF_8);
    }
}
