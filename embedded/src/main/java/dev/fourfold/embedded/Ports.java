package dev.fourfold.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of the loopback address. */
final class Ports {

    private Ports() {}

    static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(EmbeddedStore.HOST), port);
    }

    /** The wished port if it can be had, or for 0 one that is free at this moment. */
    static int claim(String part, int wished) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address(wished));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedStoreException(
                    "Port " + wished + ", wanted for " + part + ", cannot be had on " + EmbeddedStore.HOST + " ("
                            + e.getMessage() + "): stop what uses it, or choose another port.",
                    e);
        }
    }
}
