package dev.fourfold.standalone.up;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Tells the user what is going on, a line each; lines of several threads do not mix. */
final class Progress {

    private final PrintStream out;
    private final long start = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    /** A step that is done or under way, with the time since the start. */
    void step(String text) {
        print(String.format(Locale.ROOT, "[%5.1f s] %s", sinceStart().toMillis() / 1000.0, text));
    }

    /** A line as it is. */
    synchronized void print(String line) {
        out.println(line);
        out.flush();
    }

    Duration sinceStart() {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
