package dev.fourfold.standalone.crash;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run holds, read back.
 *
 * @param elements points, params and log lines, in the words of {@link Write#elements()}, each as often as it was found
 * @param tag the tag {@code t}
 * @param latest the step of the latest value by metric, as the run itself states it
 * @param last the greatest step in the history, by metric
 */
record Found(List<String> elements, Optional<String> tag, Map<String, Long> latest, Map<String, Long> last) {

    Found {
        elements = List.copyOf(elements);
        latest = Map.copyOf(latest);
        last = Map.copyOf(last);
    }
}
