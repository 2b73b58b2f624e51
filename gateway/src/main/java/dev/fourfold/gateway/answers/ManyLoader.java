package dev.fourfold.gateway.answers;

import java.util.List;

/** Loads what is not kept. */
@FunctionalInterface
public interface ManyLoader {

    /** Renders the answers at these places of the list of keys, in their order; an empty one says that there is nothing. */
    List<byte[]> load(List<Integer> places);
}
