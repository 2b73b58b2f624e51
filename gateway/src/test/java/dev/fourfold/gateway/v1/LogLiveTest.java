package dev.fourfold.gateway.v1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fourfold.contract.live.LiveNews;
import dev.fourfold.contract.live.LiveNews.RunNews;
import dev.fourfold.gateway.Door;
import dev.fourfold.gateway.fakes.FakeLiveFeed;
import dev.fourfold.gateway.fakes.FakeLogs;
import dev.fourfold.logs.LiveLogQuery;
import dev.fourfold.logs.LogBatch;
import dev.fourfold.logs.LogFilter;
import dev.fourfold.logs.LogLevel;
import dev.fourfold.logs.LogLine;
import dev.fourfold.logs.LogOrder;
import io.micronaut.context.annotation.Property;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@MicronautTest(propertySources = "classpath:gateway.yml")
@Property(name = "micronaut.server.port", value = "-1")
@Property(name = "fourfold.cache.enabled", value = "false")
@Timeout(60)
class LogLiveTest {

    private final Door door;
    private final FakeLogs logs;

    LogLiveTest(Door door, FakeLogs logs) {
        this.door = door;
        this.logs = logs;
    }

    @Test
    void newLines_areEventsOfEachRun() {
        String one = newRun();
        String other = newRun();
        logs.nextLive(new FakeLiveFeed(
                List.of(),
                new LiveNews.Fresh("p-1", List.of(lines(one, line(1, "a\n\"b")), lines(other, line(2, "c")))),
                new LiveNews.Behind()));
        var answer = door.get("/api/v1/logs/live?run_id=" + one + "&run_id=" + other + "&level=warn&q=x");
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        assertThat(logs.lastLiveQuery())
                .isEqualTo(new LiveLogQuery(
                        List.of(one, other),
                        new LogFilter.All(List.of(new LogFilter.MinimumLevel(LogLevel.WARN), LogFilter.message("x"))),
                        null));
        assertThat(answer.body())
                .isEqualTo("id: p-0\nretry: 2000\n\n"
                        + "event: lines\ndata: {\"run_id\":\"" + one
                        + "\",\"lines\":[{\"time\":1,\"level\":\"INFO\",\"stream\":\"stdout\",\"message\":\"a\\n\\\"b\","
                        + "\"writer\":\"w\",\"sequence\":1}]}\n\n"
                        + "id: p-1\nevent: lines\ndata: {\"run_id\":\"" + other
                        + "\",\"lines\":[{\"time\":2,\"level\":\"INFO\",\"stream\":\"stdout\",\"message\":\"c\","
                        + "\"writer\":\"w\",\"sequence\":2}]}\n\n"
                        + "event: end\ndata: {\"reason\":\"slow\",\"message\":\"Events were not taken as fast as they came,"
                        + " and were dropped.\"}\n\n");
    }

    @Test
    void whatWasMissed_isReadAgainBeforeThereIsAnId() {
        String run = newRun();
        logs.append(new LogBatch(run, List.of(line(1, "one"), line(2, "two"))));
        logs.nextLive(new FakeLiveFeed(
                List.of(run),
                new LiveNews.Fresh("p-1", List.of(lines(run, line(3, "three")))),
                new LiveNews.Quiet("p-2"),
                new LiveNews.Quiet("p-3"),
                new LiveNews.Ended("It went.")));
        var answer = door.send(HttpRequest.newBuilder(door.uri("/api/v1/runs/" + run + "/logs/live?stream=stdout"))
                .header("Last-Event-ID", "old"));
        var query = Objects.requireNonNull(logs.lastLiveQuery());
        assertThat(query.after()).isEqualTo("old");
        assertThat(logs.lastQuery()).isNotNull().satisfies(asked -> {
            assertThat(asked.filter()).isEqualTo(query.filter());
            assertThat(asked.order()).isEqualTo(LogOrder.OLDEST_FIRST);
        });
        String body = answer.body();
        assertThat(body.lines().filter(line -> line.startsWith("event: ")))
                .containsExactly("event: replay", "event: lines", "event: replayed", "event: end");
        assertThat(body).contains("\"message\":\"one\"", "\"message\":\"two\"", "\"message\":\"three\"");
        assertThat(body.indexOf("id: ")).isGreaterThan(body.indexOf("event: lines"));
    }

    @Test
    void tail_beginsWithTheLastLines_unlessTheClientComesBack() {
        String run = newRun();
        logs.append(new LogBatch(run, List.of(line(1, "one"))));
        String path = "/api/v1/runs/" + run + "/logs/live?tail=";
        logs.nextLive(ending());
        assertThat(door.get(path + "5").body()).contains("event: replay\n", "event: replayed\n", "\"message\":\"one\"");
        assertThat(logs.lastQuery()).isNotNull().satisfies(asked -> {
            assertThat(asked.order()).isEqualTo(LogOrder.NEWEST_FIRST);
            assertThat(asked.limit()).isEqualTo(5);
        });
        logs.nextLive(ending());
        assertThat(door.get(path + "all").body()).contains("event: replay\n");
        assertThat(logs.lastQuery())
                .isNotNull()
                .satisfies(asked -> assertThat(asked.order()).isEqualTo(LogOrder.OLDEST_FIRST));
        logs.nextLive(ending());
        assertThat(door.get(path + "0").body()).doesNotContain("event: replay");
        logs.nextLive(ending());
        assertThat(door.send(HttpRequest.newBuilder(door.uri(path + "5")).header("Last-Event-ID", "p-0"))
                        .body())
                .doesNotContain("event: replay");
    }

    @Test
    void whatCannotBeListenedTo_isRefused() {
        String run = newRun();
        logs.nextLive(null);
        assertThat(door.get("/api/v1/runs/" + run + "/logs/live").statusCode()).isEqualTo(429);
        logs.nextLive(ending());
        assertThat(door.get("/api/v1/runs/none/logs/live").statusCode()).isEqualTo(404);
        assertThat(door.get("/api/v1/logs/live").body()).contains("'run_id' is missing");
        for (String wrong : List.of("tail=-1", "tail=10001", "from=0", "level=loud", "key=loss")) {
            assertThat(door.get("/api/v1/runs/" + run + "/logs/live?" + wrong).statusCode())
                    .as(wrong)
                    .isEqualTo(400);
        }
    }

    private static FakeLiveFeed ending() {
        return new FakeLiveFeed(List.of(), new LiveNews.Quiet("p-2"), new LiveNews.Quiet("p-3"), new LiveNews.Behind());
    }

    private String newRun() {
        String created = door.post(Door.API + "/runs/create", "{\"experiment_id\":\"0\",\"start_time\":0}")
                .body();
        return created.replaceAll("(?s).*?\"run_id\" *: *\"([^\"]+)\".*", "$1");
    }

    private static RunNews lines(String runId, LogLine... lines) {
        return new RunNews("m-" + lines[0].sequence(), runId, new LogBatch(runId, List.of(lines)).toBytes());
    }

    private static LogLine line(long sequence, String message) {
        return new LogLine("w", "stdout", sequence, sequence, LogLevel.INFO, message, null, null);
    }
}
