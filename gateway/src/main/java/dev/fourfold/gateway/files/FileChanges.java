package dev.fourfold.gateway.files;

import dev.fourfold.artifacts.ArtifactPath;
import dev.fourfold.gateway.answers.HotAnswers;
import dev.fourfold.gateway.answers.Subjects;
import jakarta.inject.Singleton;

/** Changes of files, so that no answer that was made from a file outlives it. */
@Singleton
public final class FileChanges {

    /** MLflow's description of a model: the one file that answers are made from. */
    public static final String DESCRIPTION = "MLmodel";

    private final HotAnswers answers;

    FileChanges(HotAnswers answers) {
        this.answers = answers;
    }

    /** Writes or removes a file. */
    public void change(ArtifactPath file, Runnable change) {
        if (file.name().equals(DESCRIPTION)) {
            answers.write(Subjects.touchedByFile(file.value()), () -> {
                change.run();
                return Boolean.TRUE;
            });
        } else {
            change.run();
        }
    }

    /** Removes a file, or a directory with all that is in it. */
    public void remove(ArtifactPath path, Runnable removal) {
        answers.write(Subjects.touchedByRemoval(path.value()), () -> {
            removal.run();
            return Boolean.TRUE;
        });
    }
}
