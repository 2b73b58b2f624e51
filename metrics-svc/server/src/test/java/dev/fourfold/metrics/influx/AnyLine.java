package dev.fourfold.metrics.influx;

import java.time.Duration;

/** Some text in place of a point. */
record AnyLine(String text) implements InfluxWriter.Line {

    private static final Policy MAIN = new Policy("autogen", Duration.ZERO, Duration.ofDays(3_640));

    @Override
    public Policy policy() {
        return MAIN;
    }

    @Override
    public String describe() {
        return text;
    }
}
