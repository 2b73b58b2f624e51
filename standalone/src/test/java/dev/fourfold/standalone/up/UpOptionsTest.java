package dev.fourfold.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.standalone.CommandFailure;
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

    @Test
    void severalInstances_needProcessesOfTheirOwn() {
        assertThat(settings("--separate", "--metrics-instances", "3").instances("metrics"))
                .isEqualTo(3);
        assertThat(settings("--separate", "--metrics-instances", "3").instances("logs"))
                .isEqualTo(1);
        assertThat(settings("--separate", "--logs-instances", "2").instances("logs"))
                .isEqualTo(2);
        assertThatThrownBy(() -> settings("--metrics-instances", "2"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("needs --separate");
        assertThatThrownBy(() -> settings("--separate", "--metrics-instances", "0"))
                .isInstanceOf(CommandFailure.class);
    }

    private static Settings settings(String... arguments) {
        return CommandLine.populateCommand(new UpOptions(), arguments).settings();
    }
}
