package dev.fourfold.standalone.metrics;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fourfold metrics}. */
@Command(
        name = "metrics",
        description = "What an operator does with the store of metric points.",
        mixinStandardHelpOptions = true,
        subcommands = {MoveCommand.class, CommandLine.HelpCommand.class})
public final class MetricsCommand implements Runnable {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand");
    }
}
