package dev.fourfold.cache;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a lookup of many answers found, all at one moment. */
public sealed interface ManyLookup {

    /**
     * What there is.
     *
     * @param answers in the order of the keys, null where there is none
     * @param token allows this caller to fill those that are null, until anything they depend on changes
     */
    record Found(List<byte @Nullable []> answers, String token) implements ManyLookup {}

    /** The cache has no say now: the group is being changed, Redis is away or slow, or the view is not Redis's. */
    record Bypass(String reason) implements ManyLookup {}
}
