package dev.fourfold.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Ports of the loopback address. */
public final class Ports {

    // Below the ports that operating systems give to outgoing connections and to whoever asks for any: what was free
    // here a moment ago is still free when the server that it is meant for binds it.
    private static final int FIRST = 20_000;
    private static final int END = 32_000;
    private static final int ATTEMPTS = 1_000;

    /** What was given out by this JVM, whether or not it is bound already. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(EmbeddedStore.HOST), port);
    }

    /**
     * The wished port if it can be had, or for 0 one that is free at this moment and that nobody else in this JVM was
     * given.
     *
     * @param part what it is wanted for, as the message names it
     * @throws EmbeddedStoreException when the port is taken
     */
    public static int claim(String part, int wished) {
        return wished == 0 ? free(part) : bound(part, wished);
    }

    private static int free(String part) {
        @Nullable EmbeddedStoreException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (GIVEN.add(port)) {
                try {
                    return bound(part, port);
                } catch (EmbeddedStoreException e) {
                    last = e; // Somebody's; there are thousands more.
                }
            }
        }
        throw new EmbeddedStoreException(
                "No port from " + FIRST + " to " + (END - 1) + " is free for " + part + ".", last);
    }

    private static int bound(String part, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address(port));
            return port;
        } catch (IOException e) {
            throw new EmbeddedStoreException(
                    "Port " + port + ", wanted for " + part + ", cannot be had on " + EmbeddedStore.HOST + " ("
                            + e.getMessage() + "): stop what uses it, or choose another port.",
                    e);
        }
    }
}
