package dev.fourfold.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The folder where the servers' programs are kept between starts: {@code FOURFOLD_TOOLS}, or
 * {@code ~/.cache/fourfold/bin}. Several JVMs may share it.
 */
final class Tools {

    private static final ReentrantLock WITHIN_THIS_JVM = new ReentrantLock();

    private Tools() {}

    static Path folder() {
        var given = System.getenv("FOURFOLD_TOOLS");
        return PrivateFiles.folder(
                given == null || given.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache", "fourfold", "bin")
                        : Path.of(given));
    }

    /** Fills a new, empty folder, in whatever time that takes. */
    interface Fill {
        void into(Path empty) throws IOException, InterruptedException;
    }

    /**
     * The named file or folder of the tools folder, made first if it is not there. Of several JVMs one makes it and the
     * others wait; it appears complete or not at all, also when its maker is killed midway.
     *
     * @param made which file or folder of the filled one becomes the result; the empty path for the whole of it
     */
    static Path once(Path tools, String name, Path made, Fill fill) throws IOException, InterruptedException {
        var target = tools.resolve(name);
        if (Files.exists(target)) {
            return target;
        }
        WITHIN_THIS_JVM.lockInterruptibly();
        try (var channel = FileChannel.open(
                        tools.resolve("." + name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            if (Files.exists(target)) {
                return target;
            }
            var draft = tools.resolve("." + name + ".draft");
            PrivateFiles.deleteTree(draft);
            fill.into(PrivateFiles.folder(draft));
            Files.move(draft.resolve(made).normalize(), target, StandardCopyOption.ATOMIC_MOVE);
            PrivateFiles.deleteTree(draft);
            return target;
        } finally {
            WITHIN_THIS_JVM.unlock();
        }
    }
}
