package dev.fourfold.metadata.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RunNamesTest {

    @Test
    void names_areShortAndVaried() {
        var random = new Random(1);
        var names = Stream.generate(() -> RunNames.invent(random)).limit(20_000).toList();
        assertThat(names).allMatch(name -> name.matches("[a-z]+-[a-z]+-[0-9]{1,3}") && name.length() <= 20);
        assertThat(names.stream().distinct().count()).isGreaterThan(19_000);
    }
}
