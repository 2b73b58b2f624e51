package dev.fourfold.metadata.work;

import dev.fourfold.contract.Problem;
import java.time.Duration;

/** What can be wrong with lists of work. */
public final class WorkProblems {

    private WorkProblems() {}

    /** No such item. */
    public static Problem notFound(String list, String id) {
        return new Problem.NotFound("The work list '" + list + "' has no item '" + id + "'.");
    }

    /** An id that means something else. */
    public static Problem differs(String list, String id) {
        return new Problem.AlreadyExists("The work list '" + list + "' has an item '" + id + "' with another value.");
    }

    /** Given back, or given to another since. */
    public static Problem lost(String id) {
        return new Problem.InvalidState("The item '" + id + "' is not held under that token any more.");
    }

    /** Completed by another. */
    public static Problem done(String id) {
        return new Problem.InvalidState("The item '" + id + "' was completed under another token.");
    }

    /** Not to be removed while somebody works on it. */
    public static Problem taken(String list) {
        return new Problem.InvalidState("Items of the work list '" + list
                + "' are taken: it can be removed when they are" + " done, given back, or their time is over.");
    }

    /** Half removed; asking again goes on with it. */
    public static Problem notYetRemoved(String list) {
        return new Problem.Unavailable(
                "postgresql", "The work list '" + list + "' is being removed: remove it again.", Duration.ofSeconds(1));
    }

    /** Not to be added to while it is being removed. */
    public static Problem removing(String list) {
        return new Problem.InvalidState(
                "The work list '" + list + "' is being removed: remove it again to have all of it gone.");
    }

    /** Not to be removed while it has work. */
    public static Problem hasWork(String namespace) {
        return new Problem.InvalidState("The namespace '" + namespace + "' has work lists: remove them first.");
    }

    /** As much as may be. */
    public static Problem full(String what, long most, String unit) {
        return new Problem.Full(what + " has " + most + " " + unit + " at most.");
    }

    /** Too heavy for its namespace. */
    public static Problem tooHeavy(String namespace, String what, long most) {
        return new Problem.InvalidArgument(
                what + " weighs " + most + " bytes at most in the namespace '" + namespace + "'.");
    }
}
