package dev.fourfold.standalone.up;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fourfold up}: everything, until Ctrl-C. */
@Command(
        name = "up",
        description = "Starts the platform: embedded stores (or yours, where an address is given), the services and the"
                + " gateway. Ctrl-C stops it; started again it has all its data.",
        mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {

    @Mixin
    private UpOptions options = new UpOptions();

    @Override
    public Integer call() throws InterruptedException {
        try (Platform platform = Platform.start(options.settings(), System.out)) {
            platform.awaitStop();
        }
        return 0;
    }
}
