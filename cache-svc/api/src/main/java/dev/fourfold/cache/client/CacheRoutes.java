package dev.fourfold.cache.client;

/** The names that the client and the controller of hot answers share. */
public final class CacheRoutes {

    /** Where the routes hang. */
    public static final String ANSWERS = "/answers";

    /** Header: the generation of the caller's view. */
    public static final String GENERATION = "X-Fourfold-Generation";

    /** Header: the incarnation of the caller's view, and the answer to {@code GET /answers/incarnation}. */
    public static final String INCARNATION = "X-Fourfold-Incarnation";

    /** Header of a lookup's answer: {@code hit}, {@code miss} or {@code bypass}. */
    public static final String OUTCOME = "X-Fourfold-Outcome";

    /** Header: the token of a miss. */
    public static final String TOKEN = "X-Fourfold-Token";

    private CacheRoutes() {}
}
