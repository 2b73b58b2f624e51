package dev.fourfold.logs.client;

/** The names that the client and the controller of lines share. */
public final class LogRoutes {

    /** Where the routes hang. */
    public static final String LINES = "/lines";

    /** Takes a query, answers a page's bytes. */
    public static final String SEARCH = LINES + "/search";

    /** Takes a query, answers counts. */
    public static final String COUNTS = LINES + "/counts";

    /** Takes run ids, answers what they have. */
    public static final String EXTENTS = LINES + "/extents";

    /** Beneath {@link #LINES}: takes a query, answers new lines as they come. */
    public static final String LIVE = "/live";

    private LogRoutes() {}
}
