package dev.fourfold.metadata.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FeatureViewTest {

    @Test
    void earliestTimes_areExpiredLikeAnyOther() {
        var view = new FeatureView(
                1, 1, "v", "", new EntityKey("k", FeatureType.STRING), List.of(), 1000L, 1, 1, WhenFull.REFUSE, 0, 0);
        long now = 1_700_000_000_000L;
        assertThat(view.expired(now - 999, now)).isFalse();
        assertThat(view.expired(now - 1000, now)).isTrue();
        assertThat(view.expired(-1, now)).isTrue();
        assertThat(view.expired(Long.MIN_VALUE, now)).isTrue();
    }
}
