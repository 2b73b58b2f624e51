package dev.fourfold.metrics.point;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.metrics.Point;
import dev.fourfold.metrics.PointBatch;
import dev.fourfold.metrics.RunRef;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lies in the journal is read back, whatever kind it is of. */
final class JournalRecordTest {

    @Test
    void points_areWhatTheyWereBeforeThereWereOtherKinds() {
        var batch = new PointBatch("1", "r", List.of(new Point("loss", 1, 2, Double.NaN)));
        assertThat(new JournalRecord.Points(batch).toBytes()).isEqualTo(batch.toBytes());
        assertThat(JournalRecord.fromBytes(batch.toBytes())).isEqualTo(new JournalRecord.Points(batch));
    }

    @Test
    void purge_comesBack() {
        var purge = new JournalRecord.Purge(new RunRef("ünï", "r 1"));
        assertThat(JournalRecord.fromBytes(purge.toBytes())).isEqualTo(purge);
    }

    @Test
    void anythingElse_isRefused() {
        var purge = new JournalRecord.Purge(new RunRef("1", "r")).toBytes();
        for (byte[] bytes : List.of(new byte[0], new byte[] {77}, Arrays.copyOf(purge, purge.length - 1))) {
            assertThatThrownBy(() -> JournalRecord.fromBytes(bytes)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
