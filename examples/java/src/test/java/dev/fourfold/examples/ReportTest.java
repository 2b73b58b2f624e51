package dev.fourfold.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportTest {

    private final Report report = new Report();

    @Test
    void whatIsAsWritten_isNoDifference() {
        report.section("Something");
        report.row("points", 3, 3);
        report.row("names", List.of("a", "b"), List.of("a", "b"));
        assertThat(report.differences()).isZero();
    }

    @Test
    void eachThingThatDiffers_isCounted() {
        report.row("points", 3, 2);
        report.row("names", List.of("a", "b"), List.of("b", "a"));
        report.row("status", "FINISHED", "FINISHED");
        assertThat(report.differences()).isEqualTo(2);
    }
}
