package dev.fourfold.logs.line;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How lines are journaled and read.
 *
 * @param journalFolder where the journal is; one process at a time
 * @param journalMaxBytes at how many bytes waiting for the store more lines are refused
 * @param readLimit how long a search waits for the run's journaled lines
 * @param instance which of how many instances of logs-svc this is: {@code 2/3} is the second of three
 * @param runLines how many lines a run may have; 0 for any number
 * @param runBytes how much they may weigh, see {@link dev.fourfold.logs.LogLine#weight}; 0 for any
 * @param sweepInterval how often it is looked for lines that are past their retention
 * @param liveListeners how many may listen to new lines at once
 * @param liveBytes how much of the newest lines is held in memory for them
 */
@ConfigurationProperties("fourfold.logs")
record LogsConfiguration(
        @Bindable(defaultValue = "data/logs-svc/journal") Path journalFolder,
        @Bindable(defaultValue = "2147483648") long journalMaxBytes,
        @Bindable(defaultValue = "5s") Duration readLimit,
        @Bindable(defaultValue = "1/1") String instance,
        @Bindable(defaultValue = "100000000") long runLines,
        @Bindable(defaultValue = "17179869184") long runBytes,
        @Bindable(defaultValue = "10m") Duration sweepInterval,
        @Bindable(defaultValue = "1000") int liveListeners,
        @Bindable(defaultValue = "16777216") long liveBytes) {}
