package dev.fourfold.standalone;

import dev.fourfold.contract.log.ProcessLog;
import dev.fourfold.embedded.EmbeddedStoreException;
import dev.fourfold.standalone.demo.DemoCommand;
import dev.fourfold.standalone.metrics.MetricsCommand;
import dev.fourfold.standalone.up.UpCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The main of the launcher: {@code fourfold up}, {@code fourfold demo}, {@code fourfold metrics}. */
@Command(
        name = "fourfold",
        description = "The metadata platform for machine learning that keeps each kind of data in the database made for"
                + " it, behind one API.",
        mixinStandardHelpOptions = true,
        versionProvider = FourfoldVersion.class,
        subcommands = {UpCommand.class, DemoCommand.class, MetricsCommand.class, CommandLine.HelpCommand.class},
        footer = {
            "",
            "The script ./fourfold adds:",
            "  test   builds everything and runs all the tests",
            "  bench  measures; without a name it lists what there is",
            "  drill  breaks something and sees whether what is promised holds; without a name it lists what there is",
        })
public final class Fourfold {

    private Fourfold() {}

    /** Runs a command; the exit status is 0, 1 for a failure, 2 for wrong usage. */
    public static void main(String[] args) {
        ProcessLog.begin("fourfold");
        // Non-daemon threads of a library must not keep a failed start alive.
        System.exit(run(args));
    }

    private static int run(String... args) {
        return new CommandLine(new Fourfold())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (!(failure instanceof CommandFailure) && !(failure instanceof EmbeddedStoreException)) {
                        throw failure; // A defect of ours: picocli prints where it comes from.
                    }
                    command.getErr().println("fourfold: " + failure.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(args);
    }
}
