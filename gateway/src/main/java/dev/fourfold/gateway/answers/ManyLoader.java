package dev.fourfold.gateway.answers;

import java.util.List;

/** Loads what is not kept. */
@FunctionalInterface
public interface ManyLoader {

    /** Renders the answers at these places of the list of keys, in their order. */
    List<byte[]> load(List<Integer> places);
}
