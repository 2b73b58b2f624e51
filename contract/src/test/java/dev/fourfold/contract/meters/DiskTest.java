package dev.fourfold.contract.meters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class DiskTest {

    @Test
    void size_isReadInUnitsAsKubernetesHasThem() throws IOException {
        assertThat(Disk.of(Store.REDIS, "10Gi").used(5))
                .containsExactly(
                        Figure.of(Figure.Kind.DISK_USED, Store.REDIS, 5),
                        Figure.of(Figure.Kind.DISK_TOTAL, Store.REDIS, 10_737_418_240.0));
        assertThat(Disk.of(Store.REDIS, " 1024 ").used(5))
                .contains(Figure.of(Figure.Kind.DISK_TOTAL, Store.REDIS, 1024));
    }

    @Test
    void nothingConfigured_hasATotalOnlyWhereTheStoreSaysWhatIsFree() throws IOException {
        assertThat(Disk.of(Store.MONGODB, "").used(5))
                .containsExactly(Figure.of(Figure.Kind.DISK_USED, Store.MONGODB, 5));
        assertThat(Disk.of(Store.MONGODB, "").used(5, 20.0))
                .contains(Figure.of(Figure.Kind.DISK_TOTAL, Store.MONGODB, 25));
        assertThat(Disk.of(Store.MONGODB, "100").used(5, 20.0))
                .contains(Figure.of(Figure.Kind.DISK_TOTAL, Store.MONGODB, 100));
    }

    @Test
    void folder_hasWhatIsTakenAndWhatIsFree() throws IOException {
        assertThat(Disk.of(Store.INFLUXDB, "/tmp").used(5).get(1).value()).isGreaterThan(5);
    }

    @Test
    void anythingElse_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Disk.of(Store.REDIS, "10 GB"))
                .withMessageContaining("10 GB")
                .withMessageContaining("100Gi");
        assertThatIllegalArgumentException().isThrownBy(() -> Disk.of(Store.REDIS, "-1"));
    }
}
