package dev.fourfold.metadata.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresStatusTest {

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://h:5432/d, h:5432/d",
        "jdbc:postgresql://h:5432/d?user=u&password=secret, h:5432/d",
        "jdbc:postgresql://u:secret@h/d?ssl=true, h/d",
        "jdbc:postgresql:d?password=secret, d",
        "'jdbc:postgresql://a:1,b:2/d', 'a:1,b:2/d'"
    })
    void address_holdsNoCredentials(String url, String address) {
        assertThat(PostgresStatus.withoutCredentials(url)).isEqualTo(address);
    }
}
