package dev.fourfold.metadata.postgres;

import dev.fourfold.embedded.PostgresStore;

/** Signals to a server and its children, as a machine sends them that stands still. */
final class Signals {

    private Signals() {}

    /** Sends one, such as STOP, to all of a server's processes. */
    static void toAll(PostgresStore server, String signal) throws Exception {
        var postmaster = ProcessHandle.of(server.pid().orElseThrow()).orElseThrow();
        send(postmaster, signal); // Before its children are counted: it makes more of them.
        for (var child : postmaster.descendants().toList()) {
            send(child, signal);
        }
    }

    private static void send(ProcessHandle process, String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }
}
