package dev.fourfold.standalone.up;

import dev.fourfold.contract.StoreStatus;
import java.util.List;
import java.util.Optional;

/** The running services and the gateway, in whichever form. */
interface Services extends AutoCloseable {

    /** What a user may want to know of each part: its name and where it runs. */
    List<String> lines();

    /** Where metrics-svc has points; empty where it does not say. */
    Optional<StoreStatus> metricStore();

    /** The gateway's port. */
    int port();

    /** Starts again what ended by itself. Does nothing in one JVM, which ends as a whole. */
    void restartWhatEnded();

    /** Stops everything, the gateway first, so that requests under way are finished. */
    @Override
    void close();
}
