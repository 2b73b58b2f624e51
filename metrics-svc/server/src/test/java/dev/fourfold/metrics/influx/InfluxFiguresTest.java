package dev.fourfold.metrics.influx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class InfluxFiguresTest {

    @Test
    void shards_areAddedUp() throws IOException {
        assertThat(InfluxFigures.sizeOfShards(stream("""
                {"system": {"uptime": 2}, "cmdline": ["influxd", "-config"],
                 "shard:/d/autogen/1:1": {"name": "shard", "tags": {"id": "1"}, "values": {"seriesCreate": 1, "diskBytes": 40}},
                 "tsm1_filestore:/d/autogen/1:1": {"name": "tsm1_filestore", "values": {"diskBytes": 1000}},
                 "shard:/d/autogen/2:2": {"name": "shard", "values": {"diskBytes": 2, "writeReq": {"a": [1]}}, "tags": null}}
                """))).isEqualTo(42);
    }

    @Test
    void shardsOfA2_areAddedUp() throws IOException {
        assertThat(InfluxFigures.sizeOfBuckets(stream("""
                # TYPE storage_shard_disk_size gauge
                storage_shard_disk_size{bucket="a",engine="tsm1",id="1"} 40
                storage_shard_disk_size{bucket="b",engine="tsm1",id="2"} 2.0e+00
                storage_shard_series{bucket="a",engine="tsm1",id="1"} 7
                """))).isEqualTo(42);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
