package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metrics.Point;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;

/** Where in time a point lies. */
final class PlaceTest {

    @Property
    void plainPoint_isToldByItsTimeAndValue(
            @ForAll @LongRange(min = 0, max = Place.FAR - 1) long timestamp,
            @ForAll @LongRange(min = 0, max = Place.PLACES - 1) long step,
            @ForAll @DoubleRange(min = -1e300, max = 1e300) double value) {
        var point = new Point("k", timestamp, step, value);
        assertThat(Place.isPlain(point)).isTrue();
        assertThat(Place.plain("k", Place.wideNanos(point), value)).isEqualTo(point);
    }

    @Property
    void text_tellsEverything(@ForAll @LongRange(min = 0) long timestamp, @ForAll long step, @ForAll long bits) {
        var point = new Point("k", timestamp, step, Double.longBitsToDouble(bits));
        assertThat(Place.parse("k", Place.text(point))).isEqualTo(point);
        String side = Place.sideText("a.b", point);
        assertThat(Place.parse("k", side)).isEqualTo(point);
        assertThat(Place.isOfKey(side, "a.b")).isTrue();
        assertThat(Place.isOfKey(side, "b")).isFalse();
        assertThat(Place.identity(side)).isEqualTo(Place.identity("a.b", point));
    }

    @Property
    void scale_keepsOrderAndFits(@ForAll @LongRange(min = 0) long timestamp) {
        int scale = Place.scale(timestamp);
        assertThat(scale).isBetween(0, 21);
        assertThat(timestamp >>> scale).isLessThan(Place.FAR);
        if (scale > 0) {
            assertThat(timestamp >>> scale).isGreaterThanOrEqualTo(Place.FAR / 2);
        }
    }
}
