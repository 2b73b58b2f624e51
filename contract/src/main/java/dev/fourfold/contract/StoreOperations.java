package dev.fourfold.contract;

/** What every service can tell of its store. */
public interface StoreOperations {

    /** Asks the store, for at most a second; never throws for a store that is away. */
    StoreStatus status();
}
