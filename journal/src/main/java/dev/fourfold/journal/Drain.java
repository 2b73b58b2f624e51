package dev.fourfold.journal;

import java.util.List;

/**
 * Where the journal's records go: the store behind a service.
 *
 * <p>The journal calls it from one thread. Records of one key come in their order; a record may come again (after a
 * restart, a rewind or an exception), so applying it twice must leave what applying it once left.
 */
@FunctionalInterface
public interface Drain {
    /**
     * Applies a batch. When it returns, the records count as applied. When it throws, all of them stay and come again
     * after a pause; {@link StoreUnavailableException} says that the store is away and is logged as that, anything else
     * is logged as an error. A record that can never be applied is the drain's own to set aside: it must not throw for
     * it, as everything behind would wait for ever.
     */
    void apply(List<Entry> batch) throws Exception;
}
