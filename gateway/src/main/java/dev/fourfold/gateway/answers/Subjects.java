package dev.fourfold.gateway.answers;

import dev.fourfold.metadata.access.Identity;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * Which answers depend on what, and which change touches what: the one place that says so.
 *
 * <p>An answer that names an absent run, experiment or model is never kept, so creating one touches nothing. That a view of features
 * has no row of an entity is kept, so pushing its first row touches it like any other.
 */
public final class Subjects {

    private Subjects() {}

    /** What the answer that shows a run depends on: deleting or restoring its experiment changes its runs. */
    public static Set<String> ofRun(String runId, String experimentId) {
        return Set.of(run(runId), lifecycle(experimentId));
    }

    /** What the answer that tells a run's experiment depends on: that never changes while the run exists. */
    public static Set<String> ofPlace(String runId) {
        return Set.of("run-existence:" + runId);
    }

    /** What the answers that show an experiment, by id or by name, depend on. */
    public static Set<String> ofExperiment(String experimentId, String name) {
        return Set.of(experiment(experimentId), name(name));
    }

    /** What any change of one run touches. */
    public static Set<String> touchedByRunChange(String runId) {
        return Set.of(run(runId));
    }

    /** What purging runs touches: the runs, and that they exist at all. */
    public static Set<String> touchedByPurge(Collection<String> runIds) {
        var subjects = new HashSet<String>();
        for (String runId : runIds) {
            subjects.add(run(runId));
            subjects.addAll(ofPlace(runId));
        }
        return subjects;
    }

    /** What a change of an experiment's tags touches. */
    public static Set<String> touchedByExperimentChange(String experimentId) {
        return Set.of(experiment(experimentId));
    }

    /** What renaming touches: the answers under the old name depend on the experiment itself. */
    public static Set<String> touchedByRename(String experimentId, String newName) {
        return Set.of(experiment(experimentId), name(newName));
    }

    /** What deleting or restoring an experiment touches: the experiment, and every one of its runs. */
    public static Set<String> touchedByLifecycle(String experimentId) {
        return Set.of(experiment(experimentId), lifecycle(experimentId));
    }

    /**
     * What every answer about a registered model depends on: about the model, its versions, aliases and stages. One
     * change may touch many of them, and the registry is read far more than changed: one subject for all.
     */
    public static Set<String> ofModel(String name) {
        return Set.of(model(name));
    }

    /** What any change of a registered model, a version or an alias of it touches. */
    public static Set<String> touchedByModelChange(String name) {
        return ofModel(name);
    }

    /** What renaming a registered model touches. */
    public static Set<String> touchedByModelRename(String name, String newName) {
        return name.equals(newName) ? ofModel(name) : Set.of(model(name), model(newName));
    }

    /** What an answer that was made from a file depends on: the file, and each directory that it may go with. */
    public static Set<String> ofFile(String path) {
        var subjects = new HashSet<String>();
        subjects.add(file(path));
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            subjects.add(directory(path.substring(0, slash)));
        }
        return subjects;
    }

    /** What writing or removing one file touches. */
    public static Set<String> touchedByFile(String path) {
        return Set.of(file(path));
    }

    /** What removing a file, or a directory with all that is in it, touches. */
    public static Set<String> touchedByRemoval(String path) {
        return Set.of(file(path), directory(path));
    }

    /** The group of the answers about a view of features, which any change of the view itself touches. */
    public static String featureView(String view) {
        return "feature-view:" + view;
    }

    /** The answer about a row of features, which any change of the row touches; the names of views have no colon. */
    public static String featureRow(String view, String entity) {
        return "feature-row:" + view + ":" + entity;
    }

    /** What the answer that says who a credential stands for depends on: its user, and the token or session that it is. */
    public static Set<String> ofIdentity(Identity identity) {
        var subjects = new HashSet<String>();
        subjects.addAll(touchedByUserChange(identity.user().username()));
        if (identity.tokenId() != null) {
            subjects.addAll(touchedByToken(identity.tokenId()));
        }
        if (identity.sessionId() != null) {
            subjects.addAll(touchedBySession(identity.sessionId()));
        }
        return subjects;
    }

    /** What deleting a user or changing the password touches: every credential of the user. */
    public static Set<String> touchedByUserChange(String username) {
        return Set.of("user:" + username);
    }

    /** What revoking a token touches. */
    public static Set<String> touchedByToken(String tokenId) {
        return Set.of("token:" + tokenId);
    }

    /** What ending a session touches. */
    public static Set<String> touchedBySession(String sessionId) {
        return Set.of("session:" + sessionId);
    }

    private static String run(String runId) {
        return "run:" + runId;
    }

    private static String model(String name) {
        return "registered-model:" + name;
    }

    private static String file(String path) {
        return "file:" + path;
    }

    private static String directory(String path) {
        return "directory:" + path;
    }

    private static String experiment(String experimentId) {
        return "experiment:" + experimentId;
    }

    private static String lifecycle(String experimentId) {
        return "experiment-lifecycle:" + experimentId;
    }

    private static String name(String name) {
        return "experiment-name:" + name;
    }
}
