package dev.fourfold.gateway.security;

/** What a caller must be allowed to do to use a route, in rising order. */
public enum AccessLevel {
    /** Anybody, without signing in: nothing that tells of data. */
    PUBLIC,
    /** A signed-in user, to read. */
    READ,
    /** A signed-in user, to change. */
    WRITE,
    /** An administrator. */
    ADMIN
}
