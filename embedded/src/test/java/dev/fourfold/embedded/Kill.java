package dev.fourfold.embedded;

import java.util.concurrent.TimeUnit;

/** Kill -9, and the wait until the process is gone. */
final class Kill {

    private static final int LIMIT_SECONDS = 20;

    private Kill() {}

    static void now(long pid) {
        var process = ProcessHandle.of(pid).orElseThrow();
        process.destroyForcibly();
        process.onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }
}
