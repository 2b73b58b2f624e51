package dev.fourfold.cache.redis;

/** A script that is loaded on a server before it is run there. */
interface Script {

    /** The source, in Lua. */
    String text();
}
