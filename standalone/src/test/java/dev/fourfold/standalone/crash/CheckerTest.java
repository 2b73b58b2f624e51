package dev.fourfold.standalone.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.standalone.crash.Checker.Kind;
import dev.fourfold.standalone.crash.Checker.Violation;
import dev.fourfold.standalone.crash.Write.Form;
import dev.fourfold.standalone.crash.Write.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The checker finds each broken rule, and none where there is none. */
final class CheckerTest {

    private static final Write OK_LINE = write(1, Form.LINE, Outcome.OK);
    private static final Write UNKNOWN_LINE = write(2, Form.LINE, Outcome.UNKNOWN);
    private static final Write FAILED_LINE = write(3, Form.LINE, Outcome.FAILED);

    @Test
    void everythingAsRemembered_isRight() {
        assertThat(kinds(List.of(OK_LINE, UNKNOWN_LINE, FAILED_LINE), OK_LINE.elements()))
                .isEmpty();
        assertThat(kinds(List.of(UNKNOWN_LINE), UNKNOWN_LINE.elements())).isEmpty();
    }

    @Test
    void anAcknowledgedWrite_thatIsAbsent_isLost() {
        assertThat(kinds(List.of(OK_LINE), List.of())).containsExactly(Kind.LOST);
    }

    @Test
    void halfOfAnAcknowledgedBatch_isALoss() {
        Write batch = write(1, Form.BATCH, Outcome.OK);
        assertThat(kinds(List.of(batch), List.of(batch.elements().getFirst()))).containsExactly(Kind.LOST);
    }

    @Test
    void anUnknownWrite_thatIsThereTwice_isDouble() {
        String line = UNKNOWN_LINE.elements().getFirst();
        assertThat(kinds(List.of(UNKNOWN_LINE), List.of(line, line))).containsExactly(Kind.DOUBLE);
    }

    @Test
    void aRefusedWrite_thatIsThere_isFound() {
        assertThat(kinds(List.of(FAILED_LINE), FAILED_LINE.elements())).containsExactly(Kind.REFUSED_BUT_THERE);
    }

    @Test
    void aChangedValue_isALossAndAStranger() {
        Write metric = write(1, Form.METRIC, Outcome.OK);
        assertThat(kinds(List.of(metric), List.of(Write.point("m", 2, 0, 1))))
                .containsExactly(Kind.LOST, Kind.NEVER_WRITTEN);
    }

    @Test
    void theTag_isOfTheLastOkOrOfAnUnknownAfterIt() {
        var writes = List.of(
                write(1, Form.TAG, Outcome.UNKNOWN),
                write(2, Form.TAG, Outcome.OK),
                write(3, Form.TAG, Outcome.UNKNOWN));
        assertThat(tagged(writes, Optional.of("2"))).isEmpty();
        assertThat(tagged(writes, Optional.of("3"))).isEmpty();
        assertThat(tagged(writes, Optional.of("1"))).containsExactly(Kind.WRONG_TAG);
        assertThat(tagged(writes, Optional.empty())).containsExactly(Kind.WRONG_TAG);
        assertThat(tagged(writes.subList(0, 1), Optional.empty())).isEmpty();
    }

    @Test
    void aLatestValue_thatIsNotTheHistorysLast_isFound() {
        assertThat(latest(List.of(), 1, 2)).containsExactly(Kind.WRONG_LATEST);
        assertThat(latest(List.of(), 3, 2)).containsExactly(Kind.WRONG_LATEST);
    }

    @Test
    void aLatestValue_mayBeThatOfAnUnknownAfterTheHistory() {
        assertThat(latest(List.of(write(3, Form.METRIC, Outcome.UNKNOWN)), 3, 2))
                .isEmpty();
        assertThat(latest(List.of(write(1, Form.METRIC, Outcome.UNKNOWN)), 1, 2))
                .containsExactly(Kind.WRONG_LATEST);
    }

    private static List<Kind> latest(List<Write> writes, long stated, long last) {
        return kinds(writes, new Found(List.of(), Optional.empty(), Map.of("m", stated), Map.of("m", last)));
    }

    private static List<Kind> kinds(List<Write> writes, List<String> elements) {
        return kinds(writes, new Found(elements, Optional.empty(), Map.of(), Map.of()));
    }

    private static List<Kind> tagged(List<Write> writes, Optional<String> tag) {
        return kinds(writes, new Found(List.of(), tag, Map.of(), Map.of()));
    }

    private static List<Kind> kinds(List<Write> writes, Found found) {
        return Checker.violations(writes, found).stream().map(Violation::kind).toList();
    }

    private static Write write(int number, Form form, Outcome outcome) {
        return new Write(0, number, form, outcome, 1, Instant.EPOCH, "");
    }
}
