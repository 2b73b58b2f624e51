package dev.fourfold.logs.client;

/** The names that the client and the controller of lines share. */
public final class LogRoutes {

    /** Where the routes hang. */
    public static final String LINES = "/lines";

    /** Header of a page: the cursor of the next one. */
    public static final String NEXT = "X-Fourfold-Next";

    private LogRoutes() {}
}
