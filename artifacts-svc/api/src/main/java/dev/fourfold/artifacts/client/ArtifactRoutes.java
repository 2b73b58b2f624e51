package dev.fourfold.artifacts.client;

/** The internal routes of artifacts-svc, and the headers of ours that they use. */
public final class ArtifactRoutes {

    /** Files and directories, by the query value {@code path}. */
    public static final String FILES = "/internal/artifacts";

    /** What is done with the store directly. */
    public static final String TRANSFERS = "/internal/artifacts/transfers";

    /** Where in the file the answer's bytes begin. */
    public static final String FIRST = "X-Fourfold-First-Byte";

    /** The size of the whole file. */
    public static final String SIZE = "X-Fourfold-File-Size";

    private ArtifactRoutes() {}
}
