package dev.fourfold.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/**
 * TLS in front of a store that has none itself, as stunnel would be: for tests. Whoever does not like the certificate
 * never reaches the store.
 */
public final class TlsFront implements AutoCloseable {

    private static final int BACKLOG = 50;

    private final SSLServerSocket listener;
    private final int store;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private TlsFront(SSLServerSocket listener, int store) {
        this.listener = listener;
        this.store = store;
    }

    /** Listens at a free port of 127.0.0.1 with that certificate; what comes goes to the store's port. */
    public static TlsFront of(Certificates certificates, String name, int store) throws IOException {
        try {
            var keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            var all = KeyStore.getInstance(certificates.store().toFile(), Certificates.PASSWORD.toCharArray());
            var none = new char[0];
            keys.setKeyEntry(
                    name, all.getKey(name, Certificates.PASSWORD.toCharArray()), none, all.getCertificateChain(name));
            var manager = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            manager.init(keys, none);
            var context = SSLContext.getInstance("TLS");
            context.init(manager.getKeyManagers(), null, null);
            var listener = (SSLServerSocket) context.getServerSocketFactory()
                    .createServerSocket(0, BACKLOG, InetAddress.getByName(EmbeddedStore.HOST));
            var front = new TlsFront(listener, store);
            Thread.ofVirtual().name("tls-front").start(front::accept);
            return front;
        } catch (GeneralSecurityException e) {
            throw new EmbeddedStoreException("No TLS with the certificate of " + name, e);
        }
    }

    /** Where it listens. */
    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket near = listener.accept();
                open.add(near);
                Thread.ofVirtual().start(() -> serve(near));
            } catch (SocketException e) {
                return; // Closed.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket near) {
        try (near;
                var far = new Socket(EmbeddedStore.HOST, store)) {
            open.add(far);
            far.setTcpNoDelay(true);
            near.setTcpNoDelay(true);
            var back = Thread.ofVirtual().start(() -> pass(far, near));
            pass(near, far);
            back.join();
            open.remove(far);
        } catch (IOException e) {
            // The client did not like us, or went away: that is what its test looks at.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(near);
        }
    }

    /** Until either end has enough. */
    private static void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            var bytes = new byte[8192];
            for (int some = in.read(bytes); some >= 0; some = in.read(bytes)) {
                out.write(bytes, 0, some);
                out.flush();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
