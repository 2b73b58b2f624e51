package dev.fourfold.contract;

import java.util.List;

/** What a service with a journal can tell of it. */
public interface JournalOperations {

    /** One for each instance of the service; never throws for one that is away. Costs no I/O on the service's side. */
    List<JournalStatus> journals();
}
