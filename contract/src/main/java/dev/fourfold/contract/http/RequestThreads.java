package dev.fourfold.contract.http;

import io.micronaut.core.propagation.PropagatedContext;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Virtual threads that work for the request of whoever starts them, and so log and call others under its id. */
public final class RequestThreads {

    private RequestThreads() {}

    /** One for each task; closing it waits for all. */
    public static ExecutorService perTask() {
        return Executors.newThreadPerTaskExecutor(
                task -> Thread.ofVirtual().unstarted(PropagatedContext.wrapCurrent(task)));
    }

    /** Starts one. */
    public static Thread start(String name, Runnable task) {
        return Thread.ofVirtual().name(name).start(PropagatedContext.wrapCurrent(task));
    }
}
