package dev.fourfold.gateway.grafana;

import dev.fourfold.gateway.grafana.InfluxQl.All;
import dev.fourfold.gateway.grafana.InfluxQl.Condition;
import dev.fourfold.gateway.grafana.InfluxQl.Equal;
import dev.fourfold.gateway.grafana.InfluxQl.Found;
import dev.fourfold.gateway.grafana.InfluxQl.OneOf;

/** Something that has tags. */
interface Tagged {

    /** A tag's value; empty where it has none, as InfluxDB has it. */
    String tag(String name);

    /** Whether a condition holds for the tags. */
    default boolean meets(Condition condition) {
        return switch (condition) {
            case All all -> all.parts().stream().allMatch(this::meets);
            case OneOf some -> some.parts().stream().anyMatch(this::meets);
            case Equal equal -> tag(equal.tag()).equals(equal.value()) != equal.negative();
            case Found found -> found.pattern().matcher(tag(found.tag())).find() != found.negative();
        };
    }
}
