package dev.fourfold.cache;

/** What a lookup found. */
public sealed interface Lookup {

    /** The answer as it was filled. */
    record Hit(byte[] answer) implements Lookup {}

    /** No answer; the token allows this caller to fill it, until anything it depends on changes. */
    record Miss(String token) implements Lookup {}

    /** The cache has no say now: a write is under way, Redis is away or slow, or the caller's view is not Redis's. */
    record Bypass(String reason) implements Lookup {}
}
