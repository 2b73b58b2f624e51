package dev.fourfold.gateway.grafana;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fourfold.contract.Problem;
import dev.fourfold.contract.ProblemException;
import dev.fourfold.gateway.grafana.InfluxQl.All;
import dev.fourfold.gateway.grafana.InfluxQl.Computed;
import dev.fourfold.gateway.grafana.InfluxQl.Equal;
import dev.fourfold.gateway.grafana.InfluxQl.Fill;
import dev.fourfold.gateway.grafana.InfluxQl.Found;
import dev.fourfold.gateway.grafana.InfluxQl.Function;
import dev.fourfold.gateway.grafana.InfluxQl.Grouping;
import dev.fourfold.gateway.grafana.InfluxQl.Name;
import dev.fourfold.gateway.grafana.InfluxQl.OneOf;
import dev.fourfold.gateway.grafana.InfluxQl.Parts;
import dev.fourfold.gateway.grafana.InfluxQl.Plain;
import dev.fourfold.gateway.grafana.InfluxQl.Range;
import dev.fourfold.gateway.grafana.InfluxQl.Select;
import dev.fourfold.gateway.grafana.InfluxQl.ShowFieldKeys;
import dev.fourfold.gateway.grafana.InfluxQl.ShowMeasurements;
import dev.fourfold.gateway.grafana.InfluxQl.ShowRetentionPolicies;
import dev.fourfold.gateway.grafana.InfluxQl.ShowTagKeys;
import dev.fourfold.gateway.grafana.InfluxQl.ShowTagValues;
import dev.fourfold.gateway.grafana.InfluxQl.Step;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Statements of the form that Grafana gives them: those of its editor as {@code Query.Build} in
 * pkg/tsdb/influxdb/models/query.go, those of lists and variables as {@code buildMetadataQuery} in
 * public/app/plugins/datasource/influxdb/influxql_query_builder.ts, its test of a data source as
 * pkg/tsdb/influxdb/healthcheck.go. And what else somebody may send.
 */
class InfluxQlReaderTest {

    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

    @Test
    void statement_ofGrafanasEditor_isRead() {
        Select select = select("SELECT mean(\"loss\") FROM \"default\".\"resnet\" WHERE (\"run_name\"::tag = 'a' OR"
                + " \"run_name\" =~ /^b\\/c$/) AND time >= 1596240000000ms and time <= 1596240300000ms"
                + " GROUP BY time(10s), \"run_id\"::tag fill(null) ORDER BY time ASC limit 7 slimit 3");
        assertThat(select.columns()).containsExactly(new Computed(Function.MEAN, 0, "loss", "mean"));
        assertThat(select.from().name()).isEqualTo(new Name.OneOf(List.of("resnet")));
        assertThat(select.where().time()).isEqualTo(new Range(1_596_240_000_000L, 1_596_240_300_000L));
        var conditions = ((All) select.where().tags()).parts();
        var either = ((OneOf) conditions.getFirst()).parts();
        assertThat(either.getFirst()).isEqualTo(new Equal("run_name", false, "a"));
        assertThat(((Found) either.getLast()).expression()).isEqualTo("^b/c$");
        assertThat(select.grouping()).isEqualTo(new Grouping(new Parts.OfTime(10_000, 0), List.of("run_id")));
        assertThat(select.fill()).isEqualTo(new Fill.Null());
        assertThat(select.limit()).isEqualTo(7);
        assertThat(select.seriesLimit()).isEqualTo(3);
        assertThat(select.descending()).isFalse();
    }

    @Test
    void statement_withSeveralColumns_namesEachOnce() {
        Select select = select("select max(loss), max(\"a \\\"b\\\"\"), percentile(acc, 95) as p, max(x) from r");
        assertThat(select.columns())
                .containsExactly(
                        new Computed(Function.MAX, 0, "loss", "max"),
                        new Computed(Function.MAX, 0, "a \"b\"", "max_1"),
                        new Computed(Function.PERCENTILE, 95, "acc", "p"),
                        new Computed(Function.MAX, 0, "x", "max_2"));
        assertThat(select("SELECT \"step\", loss, \"step\"::field FROM r").columns())
                .containsExactly(new Step("step"), new Plain("loss", "loss"), new Plain("step", "step_1"));
        assertThat(select("SELECT mean(loss) FROM r GROUP BY step(), run").grouping())
                .isEqualTo(new Grouping(new Parts.OfSteps(0), List.of("run")));
        assertThat(select("SELECT mean(loss) FROM r GROUP BY run,step(50)").grouping())
                .isEqualTo(new Grouping(new Parts.OfSteps(50), List.of("run")));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "time > now() - 1h, 1699996400001, MAX",
                "time >= now() - 1h30m, 1699994600000, MAX",
                "time < now() + 1ms, MIN, 1700000000000",
                "time <= '2023-11-14T22:13:20.5Z', MIN, 1700000000500",
                "time >= '2023-11-14 22:13:20', 1700000000000, MAX",
                "time >= '2023-11-14', 1699920000000, MAX",
                "time >= 1700000000000000001, 1700000000001, MAX",
                "time > 1700000000000000001, 1700000000001, MAX",
                "time <= 1700000000999999999, MIN, 1700000000999",
                "time < 1700000000999999999, MIN, 1700000000999",
                "time < 1700000000999ms, MIN, 1700000000998",
                "time = 5s, 5000, 5000",
                "(time > 5ms and (time < 10ms)) AND time >= 7ms, 7, 9",
                "step >= 3 and time > 0, 1, MAX"
            })
    void time_isReadInMilliseconds(String condition, String from, String to) {
        var time = select("SELECT loss FROM r WHERE " + condition).where().time();
        assertThat(time.from()).isEqualTo(from.equals("MIN") ? Long.MIN_VALUE : Long.parseLong(from));
        assertThat(time.to()).isEqualTo(to.equals("MAX") ? Long.MAX_VALUE : Long.parseLong(to));
    }

    @Test
    void steps_areABoundOfTheirOwn() {
        var where =
                select("SELECT loss FROM r WHERE \"step\" >= -3 AND step < 10").where();
        assertThat(where.steps()).isEqualTo(new Range(-3, 9));
        assertThat(where.time()).isEqualTo(Range.ALL);
        assertThat(select("SELECT loss FROM r WHERE step > 9223372036854775807")
                        .where()
                        .steps()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void lists_areRead() {
        assertThat(read("SHOW measurements")).isInstanceOf(ShowMeasurements.class);
        var measurements = (ShowMeasurements) read("SHOW MEASUREMENTS WITH MEASUREMENT =~ /(?i)res\\.net/ LIMIT 100");
        assertThat(measurements.names().holds("my RES.net")).isTrue();
        assertThat(measurements.names().holds("resnet")).isFalse();
        assertThat(measurements.limit()).isEqualTo(100);
        assertThat(read("SHOW RETENTION POLICIES on \"fourfold\"")).isEqualTo(new ShowRetentionPolicies());
        assertThat(read("SHOW TAG KEYS FROM \"r\" WHERE time > now() - 1h;")).isInstanceOf(ShowTagKeys.class);
        assertThat(Objects.requireNonNull(((ShowFieldKeys) read("SHOW FIELD KEYS FROM \"autogen\".\"r\"")).from())
                        .name())
                .isEqualTo(new Name.OneOf(List.of("r")));
        var values = (ShowTagValues) read(
                "SHOW TAG VALUES FROM /^r/ WITH KEY = \"run_name\" WHERE \"status\" = 'FAILED' AND time > now() - 1h");
        assertThat(values.keys()).isEqualTo(new Name.OneOf(List.of("run_name")));
        assertThat(values.where().tags().toString()).contains("FAILED");
        assertThat(values.where().time().from()).isEqualTo(1_699_996_400_001L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "SELECT loss INTO victim FROM r | INTO",
                "SELECT loss INTO \"victim\".\"autogen\".\"m\" FROM r | INTO",
                "SELECT loss FROM r; DROP DATABASE victim | only one is taken",
                "SELECT loss FROM r;; | only one is taken",
                "SELECT loss FROM \"r\"; DROP DATABASE \"victim\" -- | only one is taken",
                "SELECT loss FROM r WHERE run_id = ''; DROP DATABASE victim --' | only one is taken",
                "DROP DATABASE victim | 'DROP'",
                "CREATE DATABASE x | 'CREATE'",
                "DELETE FROM r | 'DELETE'",
                "EXPLAIN SELECT loss FROM r | 'EXPLAIN'",
                "SHOW USERS | 'SHOW USERS'",
                "SHOW SERIES | 'SHOW SERIES'",
                "SHOW GRANTS FOR x | 'SHOW GRANTS'",
                "SHOW TAG VALUES CARDINALITY WITH KEY = a | WITH is expected",
                "SELECT loss FROM (SELECT loss FROM r) | a question within a question",
                "SELECT * FROM r | '*'",
                "SELECT derivative(loss) FROM r | 'derivative()'",
                "SELECT mean(max(loss)) FROM r | ')' is expected",
                "SELECT count(distinct(loss)) FROM r | ')' is expected",
                "SELECT mean(loss) / 100 FROM r | arithmetic",
                "SELECT loss + 1 FROM r | arithmetic",
                "SELECT mean(loss), acc FROM r | not mixed",
                "SELECT loss FROM r GROUP BY time(1s) | is computed",
                "SELECT step FROM r | A metric is missing",
                "SELECT mean(step) FROM r | a function of steps",
                "SELECT loss FROM \"other\"..\"r\" | database not found: other",
                "SELECT loss FROM \"rp\".\"r\" | retention policy not found: rp",
                "SELECT loss FROM r WHERE loss > 1 | 'loss' is no tag",
                "SELECT loss FROM r WHERE sin(a) = 1 | a function in a condition",
                "SELECT loss FROM r WHERE time > 5 OR run_id = 'a' | OR with a condition on time",
                "SELECT loss FROM r WHERE run_id = \"a\" | a text in single quotes",
                "SELECT loss FROM r WHERE run_id > 'a' | a tag's size",
                "SELECT loss FROM r WHERE run_id =~ /(/ | cannot be read",
                "SELECT loss FROM r WHERE run_id =~ /(a{100}){100}/ | repeats parts of itself",
                "SELECT loss FROM r WHERE run_id =~ /((a{1,99}){2,99}){3,}/ | repeats parts of itself",
                "SELECT loss FROM r WHERE run_id =~ /a{99999999999}/ | repeats parts of itself",
                "SELECT loss FROM r WHERE run_id = 'a | has no end",
                "SELECT loss FROM r WHERE time > 99999999999999999999 | too great",
                "SELECT loss FROM r WHERE time > 9999999999999d | a time is expected",
                "SELECT loss FROM r WHERE time > 'yesterday' | a time is expected",
                "SELECT loss FROM r WHERE time != 5 | with time or step",
                "SELECT mean(loss) FROM r GROUP BY time(0s) | a millisecond at least",
                "SELECT mean(loss) FROM r GROUP BY time(1u) | whole milliseconds",
                "SELECT mean(loss) FROM r GROUP BY time(1y) | a unit is expected",
                "SELECT mean(loss) FROM r GROUP BY time(1s), step(5) | cut once only",
                "SELECT mean(loss) FROM r GROUP BY step(0) | a step at least",
                "SELECT mean(loss) FROM r GROUP BY host | 'host' is no tag",
                "SELECT mean(loss) FROM r GROUP BY time(1s) fill(x) | a number is expected",
                "SELECT mean(loss) FROM r GROUP BY time(1s) tz('Europe/Paris') | tz()",
                "SELECT loss FROM r LIMIT 5 OFFSET 5 | OFFSET",
                "SELECT loss FROM r LIMIT -1 | LIMIT is 0 or more",
                "SELECT percentile(loss, 101) FROM r | from 0 to 100",
                "SELECT percentile(loss, NaN) FROM r | a number is expected",
                "SELECT loss FROM r -- comment | the statement should end",
                "SELECT loss FROM r /* c */ | the statement should end",
                "SELECT loss FROM | a name is expected",
                "SELECT FROM r | FROM is expected",
                "' OR 1=1 | SELECT or SHOW is expected",
            })
    void statement_thatIsNotOffered_isRefusedByWhatItIs(String statement, String why) {
        assertThatThrownBy(() -> read(statement)).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem()).isInstanceOfAny(Problem.InvalidArgument.class, Problem.NotFound.class);
            assertThat(refused.problem().message()).contains(why);
        });
    }

    /** Sizes at which a careless reader overflows its stack, or takes minutes. */
    @ParameterizedTest
    @ValueSource(strings = {"(", "((", "run_id='a' AND (", "run_id='a' OR "})
    void statement_ofAnySize_isReadOrRefusedAtOnce(String part) {
        String statement = "SELECT loss FROM r WHERE " + part.repeat(90_000 / part.length());
        assertThatThrownBy(() -> read(statement)).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> read("x".repeat(InfluxQlReader.LONGEST + 1)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("up to");
        // An engine that goes back and tries again would not come to an end here.
        var slow = (Select) read("SELECT loss FROM r WHERE run_name =~ /(a+)+(a+)+(a+)+$/");
        assertThat(((Found) slow.where().tags())
                        .pattern()
                        .matcher("a".repeat(5_000) + "b")
                        .find())
                .isFalse();
    }

    @Test
    void texts_standForThemselves() {
        var where = select("SELECT loss FROM \"a'b\\\"; DROP\" WHERE run_name = 'it\\'s; \\\\ \"x\"' AND run_id <> 'é'")
                .where();
        assertThat(((All) where.tags()).parts())
                .containsExactly(new Equal("run_name", false, "it's; \\ \"x\""), new Equal("run_id", true, "é"));
        // As Grafana escapes a variable for a regular expression, also where none stands.
        assertThat(select("SELECT loss FROM \"res\\.net\\(1\\)\"").from().name())
                .isEqualTo(new Name.OneOf(List.of("res.net(1)")));
    }

    private static Select select(String statement) {
        return (Select) read(statement);
    }

    private static InfluxQl read(String statement) {
        return InfluxQlReader.read(statement, NOW);
    }
}
