package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeFeatures;
import dev.fourfold.metadata.feature.FeatureRow;
import dev.fourfold.metadata.feature.PushRows;
import dev.fourfold.metadata.feature.PushedRow;
import dev.fourfold.metadata.feature.ReadRows;
import dev.fourfold.metadata.feature.RowMark;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpRequest;
import java.nio.charset.Charset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
class FeatureTest {

    private static final String PATH = "/api/v1/features/";
    private static final String VIEW = """
            {"description": "d", "entity": {"name": "id", "type": "%s"}, "ttl_seconds": %s,
             "fields": [{"name": "a", "type": "INT64"}, {"name": "b", "type": "STRING[]", "max_length": 3},
                        {"name": "c", "type": "FLOAT64"}]}""";

    private final Door door;
    private final FakeFeatures features;

    FeatureTest(Door door, FakeFeatures features) {
        this.door = door;
        this.features = features;
    }

    @Test
    void view_isAnsweredAsItIs() {
        var answer = define("shown", VIEW.formatted("STRING", "60"));
        assertThat(answer)
                .isEqualTo("{\"name\":\"shown\",\"description\":\"d\",\"entity\":{\"name\":\"id\",\"type\":\"STRING\"},"
                        + "\"fields\":[{\"name\":\"a\",\"type\":\"INT64\"},"
                        + "{\"name\":\"b\",\"type\":\"STRING[]\",\"max_length\":3},{\"name\":\"c\",\"type\":\"FLOAT64\"}],"
                        + "\"ttl_seconds\":60,\"max_rows\":7,\"max_bytes\":8,\"when_full\":\"refuse\",\"version\":1,"
                        + "\"creation_time\":3,\"last_update_time\":4,\"usage\":{\"rows\":0,\"bytes\":9}}");
        assertThat(door.get(PATH + "shown").body()).isEqualTo(answer);
        assertThat(door.get("/api/v1/features").body()).contains(answer);
        assertThat(door.send(HttpRequest.newBuilder(door.uri(PATH + "shown")).DELETE())
                        .statusCode())
                .isEqualTo(204);
        assertThat(door.get(PATH + "shown").statusCode()).isEqualTo(404);
    }

    @Test
    void rows_areReadByTheirFields_whateverTheirTextsHold() {
        define("texts", VIEW.formatted("STRING", "null"));
        features.put("texts", new FeatureRow("x", 5, "[1,[\"],[\",\"\\\",\\\\\",\"é\"],-0.0]"));
        features.put("texts", new FeatureRow("old", 6, "[2]"));
        assertThat(read("texts", "{\"entities\":[\"old\",\"none\\\"\",\"x\",\"x\"]}"))
                .isEqualTo("{\"view\":\"texts\",\"entities\":["
                        + "{\"entity\":\"old\",\"found\":true,\"event_time\":6,\"values\":{\"a\":2,\"b\":null,\"c\":null}},"
                        + "{\"entity\":\"none\\\"\",\"found\":false,\"event_time\":null,\"values\":null},"
                        + "{\"entity\":\"x\",\"found\":true,\"event_time\":5,\"values\":"
                        + "{\"a\":1,\"b\":[\"],[\",\"\\\",\\\\\",\"é\"],\"c\":-0.0}},"
                        + "{\"entity\":\"x\",\"found\":true,\"event_time\":5,\"values\":"
                        + "{\"a\":1,\"b\":[\"],[\",\"\\\",\\\\\",\"é\"],\"c\":-0.0}}]}");
        assertThat(read("texts", "{\"entities\":[\"x\"],\"fields\":[\"c\",\"a\"]}"))
                .endsWith("\"values\":{\"c\":-0.0,\"a\":1}}]}");
        assertThat(read("texts", "{\"entities\":[\"x\"],\"fields\":[]}")).endsWith("\"values\":{}}]}");
        assertThat(door.post(PATH + "texts/read", "{\"entities\":[\"x\"],\"fields\":[\"z\"]}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void expiredRow_isNotFound() {
        define("expiring", VIEW.formatted("INT64", "3600"));
        features.put("expiring", new FeatureRow("1", 5, "[1]"));
        features.put("expiring", new FeatureRow("-2", System.currentTimeMillis() - 60_000, "[1]"));
        assertThat(read("expiring", "{\"entities\":[1,\"-2\",\"x\"],\"fields\":[\"a\"]}"))
                .contains("{\"entity\":1,\"found\":false,")
                .contains("{\"entity\":-2,\"found\":true,")
                .contains("{\"entity\":\"x\",\"found\":false,");
    }

    @Test
    void push_handsValuesOnAsTheyAre() {
        define("pushed", VIEW.formatted("STRING", "null"));
        assertThat(door.post(
                                PATH + "pushed/push",
                                "{\"rows\":[ {\"values\" :{ \"é\": [1, {\"x\":\"}\"}] } , \"entity\":\"é\"},"
                                        + "{\"entity\":-0,\"event_time\":7,\"values\":{}}]}")
                        .body())
                .isEqualTo("{\"written\":2,\"older\":0}");
        assertThat(features.lastPush())
                .isEqualTo(new PushRows(
                        "pushed",
                        List.of(
                                new PushedRow("é", null, "{ \"é\": [1, {\"x\":\"}\"}] }"),
                                new PushedRow("0", 7L, "{}"))));
    }

    @Test
    void rowsInTheWay_areRemovedFirst() {
        define("full", VIEW.formatted("STRING", "null"));
        features.fill(new RowMark("oldest", 3L));
        assertThat(door.post(PATH + "full/push", "{\"rows\":[{\"entity\":\"e\",\"values\":{}}]}")
                        .body())
                .isEqualTo("{\"written\":1,\"older\":0}");
        assertThat(features.removed()).contains(new RowMark("oldest", 3L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "",
                "{\"entity\":{\"name\":\"k\"},\"fields\":[{\"name\":\"x\",\"type\":\"INT32\"}]}",
                "{\"entity\":{\"name\":\"k\"},\"fields\":[{\"name\":\"x\",\"type\":\"INT64[]\"}]}",
                "{\"entity\":{\"name\":\"k\"},\"fields\":[{\"name\":\"x\",\"type\":\"INT64\",\"max_length\":3}]}",
                "{\"entity\":{\"name\":\"k\"},\"fields\":[{\"nome\":\"x\",\"type\":\"INT64\"}]}",
                "{\"entity\":\"k\",\"fields\":[]}",
                "{\"entity\":{\"name\":\"k\"},\"fields\":{}}",
                "{\"entity\":{\"name\":\"k\"},\"fields\":[],\"ttl_seconds\":0}",
                "{\"entity\":{\"name\":\"k\"},\"fields\":[],\"ttl_seconds\":1.5}",
                "{\"entity\":{\"name\":\"k\"},\"fields\":[],\"max_rows\":18446744073709551616}",
                "{\"entity\":{\"name\":\"k\"},\"fields\":[],\"when_full\":\"explode\"}",
                "{\"entity\":{\"name\":\"k\"},\"fields\":[],\"tll_seconds\":1}"
            })
    void oddViews_areRefused(String body) {
        var answer = door.send(HttpRequest.newBuilder(door.uri(PATH + "odd"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"rows\":[]}",
                "{\"rows\":[1]}",
                "{\"rows\":[{\"entity\":\"e\"}]}",
                "{\"rows\":[{\"values\":{}}]}",
                "{\"rows\":[{\"entity\":1.5,\"values\":{}}]}",
                "{\"rows\":[{\"entity\":18446744073709551616,\"values\":{}}]}",
                "{\"rows\":[{\"entity\":\"e\",\"values\":[]}]}",
                "{\"rows\":[{\"entity\":\"e\",\"values\":{},\"event_time\":\"now\"}]}",
                "{\"rows\":[{\"entity\":\"e\",\"values\":{},\"time\":1}]}",
                "{\"rows\":[{\"entity\":\"e\",\"values\":{}}]} x",
                "{\"rows\":[{\"entity\":\"e\",\"values\":{\"a\":}}]}"
            })
    void oddPushes_areRefused(String body) {
        define("odd", VIEW.formatted("STRING", "null"));
        var answer = door.post(PATH + "odd/push", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    @Test
    void oddReadings_areRefused() {
        define("odd", VIEW.formatted("STRING", "null"));
        for (String body : List.of(
                "{}",
                "{\"entities\":[]}",
                "{\"entities\":\"a\"}",
                "{\"entities\":[null]}",
                "{\"entities\":[\"a\"],\"fields\":[\"a\",\"a\"]}",
                "{\"entities\":[\"a\"],\"field\":[\"a\"]}",
                "{\"entities\":[" + "1,".repeat(1000) + "1]}")) {
            assertThat(door.post(PATH + "odd/read", body).statusCode()).as(body).isEqualTo(400);
        }
        assertThat(door.post(PATH + "odd/remove", "{\"entities\":[\"a\"],\"fields\":[]}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(door.post(PATH + "unknown/read", "{\"entities\":[\"a\"]}").statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "read {\"entities\":[\"\\ud800\"]}",
                "read {\"entities\":[\"a\",\"b\\udc00\\ud800\"]}",
                "read {\"entities\":[\"a\"],\"fields\":[\"\\ud800\"]}",
                "read {\"entities\":[\"a\"],\"\\ud800\":1}",
                "remove {\"entities\":[\"\\ud800\"]}",
                "push {\"rows\":[{\"entity\":\"\\ud800\",\"values\":{}}]}"
            })
    void halvesOfSurrogatePairs_areRefused(String routeAndBody) {
        define("halves", VIEW.formatted("STRING", "null"));
        int space = routeAndBody.indexOf(' ');
        var answer = door.post(PATH + "halves/" + routeAndBody.substring(0, space), routeAndBody.substring(space + 1));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).containsAnyOf("half of a surrogate pair", "not valid JSON");
        assertThat(read("halves", "{\"entities\":[\"\\ud83d\\ude00\"]}"))
                .contains("{\"entity\":\"😀\",\"found\":false,");
    }

    @Test
    void entitiesThatNoViewCanHave_areNotFound_andNobodyIsAsked() {
        define("possible", VIEW.formatted("STRING", "null"));
        String longest = "é".repeat(250);
        assertThat(read("possible", "{\"entities\":[\"\",\"a\\u0000\",\"" + longest + "\",\"" + longest + "x\"]}"))
                .contains("{\"entity\":\"\",\"found\":false,")
                .contains("{\"entity\":\"" + longest + "x\",\"found\":false,");
        assertThat(features.lastReading()).isEqualTo(new ReadRows("possible", List.of(longest)));
    }

    @Test
    void moreFieldsThanAViewHas_areRefusedUnread() {
        define("fields", VIEW.formatted("STRING", "null"));
        var names = IntStream.range(0, 501).mapToObj(i -> "\"f" + i + "\"").collect(Collectors.joining(","));
        var answer = door.post(PATH + "fields/read", "{\"entities\":[\"a\"],\"fields\":[" + names + "]}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("at most 500");
    }

    @Test
    void answerThatIsTooLarge_isRefused_repeatsIncluded() {
        define("large", VIEW.formatted("STRING", "null"));
        features.put("large", new FeatureRow("x", 5, "[1,[\"" + "y".repeat(60_000) + "\"],0.5]"));
        assertThat(read("large", "{\"entities\":[" + "\"x\",".repeat(249) + "\"x\"]}")
                        .length())
                .isGreaterThan(15_000_000);
        String many = "{\"entities\":[" + "\"x\",".repeat(299) + "\"x\"]";
        var answer = door.post(PATH + "large/read", many + "}");
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("ask for fewer");
        assertThat(read("large", many + ",\"fields\":[\"a\"]}")).contains("\"values\":{\"a\":1}");
    }

    @Test
    void bodyInAnotherEncoding_isRefused() {
        define("encoded", VIEW.formatted("STRING", "null"));
        String body = "{\"rows\":[{\"entity\":\"e\",\"values\":{\"a\":1}}]}";
        for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE")) {
            var answer = door.post(PATH + "encoded/push", body.getBytes(Charset.forName(charset)));
            assertThat(answer.statusCode()).as(charset).isEqualTo(400);
        }
        assertThat(door.post(PATH + "encoded/push", "\ufeff" + body).statusCode())
                .isEqualTo(200);
        assertThat(features.lastPush())
                .isEqualTo(new PushRows("encoded", List.of(new PushedRow("e", null, "{\"a\":1}"))));
    }

    private String define(String name, String body) {
        var answer = door.send(HttpRequest.newBuilder(door.uri(PATH + name))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private String read(String view, String body) {
        var answer = door.post(PATH + view + "/read", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }
}
