package dev.fourfold.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class InstanceTest {

    /** The figures are those of Python's {@code zlib.crc32}: whoever changes them orphans journals. */
    @Test
    void owner_isTheSameInEveryVersion() {
        assertThat(Instance.ownerOf("0123456789abcdef0123456789abcdef", 3)).hasToString("2/3");
        assertThat(Instance.ownerOf("b9c1ed5e0a2f4f6c8d7e6f5a4b3c2d1e", 3)).hasToString("2/3");
        assertThat(Instance.ownerOf("ünï/✓", 7)).hasToString("4/7");
    }

    @Test
    void everyRun_hasOneOwner_andEachAboutAsMany() {
        var counts = new int[3];
        for (int i = 0; i < 3_000; i++) {
            String run = UUID.randomUUID().toString().replace("-", "");
            var owners = IntStream.rangeClosed(1, 3)
                    .filter(number -> new Instance(number, 3).owns(run))
                    .toArray();
            assertThat(owners).hasSize(1);
            counts[owners[0] - 1]++;
        }
        assertThat(Arrays.stream(counts).min().orElseThrow()).isGreaterThan(800);
    }

    @Test
    void onlyInstance_ownsEverything() {
        assertThat(Instance.ONLY.owns("anything")).isTrue();
        assertThat(Instance.ownerOf("anything", 1)).isEqualTo(Instance.ONLY);
    }

    @Test
    void form_isReadBack_andNothingElseIs() {
        assertThat(Instance.parse(" 2/3 ")).isEqualTo(new Instance(2, 3)).hasToString("2/3");
        for (String wrong : new String[] {"", "2", "0/3", "4/3", "2/3/4", "-1/3", "a/b", "2 / 3", "02/3"}) {
            assertThatThrownBy(() -> Instance.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
