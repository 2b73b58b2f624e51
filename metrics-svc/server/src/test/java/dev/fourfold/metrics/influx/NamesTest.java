package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.metrics.point.Points;
import java.util.HashSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Names of ours as names in InfluxDB. */
final class NamesTest {

    @Test
    void ordinaryNames_stayAsTheyAre() {
        assertThat(Names.encode("val/loss.epoch-1:mean")).isEqualTo("val/loss.epoch-1:mean");
        assertThat(Names.encode("损失")).isEqualTo("损失");
    }

    @Test
    void awkwardNames_becomeHarmlessAndStayApart() {
        var encoded = new HashSet<String>();
        for (String name : Points.KEYS) {
            String result = Names.encode(name);
            assertThat(result).doesNotContain(" ", ",", "=", "\"", "'", "\\", "\n", "\r", ";", "\t");
            assertThat(result).isNotIn("time", "run").doesNotStartWith("~").doesNotStartWith("_");
            assertThat(encoded.add(result)).as(name).isTrue();
        }
    }

    @Property
    void differentNames_neverMeet(@ForAll String a, @ForAll String b) {
        assertThat(Names.encode(a).equals(Names.encode(b))).isEqualTo(a.equals(b));
    }

    @Property
    void encodedName_isReadBack(@ForAll String name) {
        assertThat(Names.decode(Names.encode(name))).isEqualTo(name);
    }
}
