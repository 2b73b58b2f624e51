package dev.fourfold.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The drills, as a user runs them, in their short forms. They say themselves what they prove. */
final class ITDrills {

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void outage_losesNothingAndIsNoticedByReadersOfHistoriesAlone() throws Exception {
        passes("outage", "--seconds", "30", "--instances", "2");
    }

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void fullJournal_refusesAsAWholeAndTakesAgain() throws Exception {
        passes("full-journal");
    }

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void logsOutage_andKills_loseNoLine() throws Exception {
        passes("logs-outage", "--seconds", "30", "--kills", "1");
    }

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void answers_areNeverOlderThanAnAcknowledgedWrite() throws Exception {
        passes("answers", "--seconds", "20");
    }

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void state_isHeldByOneAtATime_andCompletedOnce() throws Exception {
        passes("state", "--seconds", "1", "--margin", "1");
    }

    private static void passes(String drill, String... options) throws IOException, InterruptedException {
        Path log = Path.of("target/drill-" + drill + ".log").toAbsolutePath();
        var command = new ArrayList<>(
                List.of(LaunchedPlatform.HOME.resolve("fourfold").toString(), "drill", drill));
        command.addAll(List.of(options));
        int status = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        String printed = Files.readString(log);
        assertThat(printed).endsWith("passed\n");
        assertThat(status).isZero();
    }
}
