package dev.fourfold.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class UpOptionsTest {

    @Test
    void whatEndsByItself_isStartedAgain_unlessToldNotTo() {
        assertThat(settings().supervise()).isTrue();
        assertThat(settings("--no-restart").supervise()).isFalse();
    }

    @Test
    void services_shareOneJvm_unlessToldNotTo() {
        assertThat(settings().separate()).isFalse();
        assertThat(settings("--separate").separate()).isTrue();
    }

    private static Settings settings(String... arguments) {
        return CommandLine.populateCommand(new UpOptions(), arguments).settings();
    }
}
