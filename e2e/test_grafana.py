"""Curves and events as Grafana's built-in InfluxDB data source asks for them, in its InfluxQL mode.

Requests have the form that Grafana gives them: `createRequest` in pkg/tsdb/influxdb/influxql/influxql.go (GET with `q`, or
POST with `q` in a form; `db` and `epoch=ms` in the address either way), statements of the editor as `Query.Build` in
pkg/tsdb/influxdb/models/query.go, lists as `buildMetadataQuery` in
public/app/plugins/datasource/influxdb/influxql_query_builder.ts, variables as `interpolateQueryExpr` in datasource.ts
there, and the test of a data source as pkg/tsdb/influxdb/healthcheck.go. Grafana itself is not run here.
"""

from __future__ import annotations

import base64
import json
import math
import os
import random
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import mlflow
import pytest
from wire import Answer, Wire

pytestmark = pytest.mark.fourfold_only

START = 1_700_000_000_000
DASHBOARDS = Path(__file__).resolve().parents[1] / "deploy" / "grafana"


def ask(wire: Wire, statement: str, method: str = "POST", **more: object) -> Answer:
    query = {"db": "fourfold", "epoch": "ms", **more}
    if method == "GET":
        return wire.send("GET", "/grafana/influx/query?" + urlencode({**query, "q": statement}))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return wire.send("POST", "/grafana/influx/query?" + urlencode(query), urlencode({"q": statement}), form)


def series(wire: Wire, statement: str, **more: object) -> list[dict]:
    (result,) = ask(wire, statement, **more).ok()["results"]
    assert result["statement_id"] == 0 and "error" not in result
    return result.get("series", [])


def values(wire: Wire, statement: str) -> list[str]:
    """What a variable made of this offers: the second column where there are two."""
    return [row[-1] for one in series(wire, statement) for row in one["values"]]


def refused(answer: Answer, fragment: str, status: int = 400) -> None:
    assert answer.status == status, answer.text[:600]
    assert set(answer.json()) == {"error"} and fragment in answer.json()["error"], answer.text[:600]
    answer.tells_nothing_of_its_insides()


def log(wire: Wire, run_id: str, key: str, points: list[tuple[int, int, float]]) -> None:
    for begin in range(0, len(points), 1000):
        metrics = [{"key": key, "timestamp": t, "step": s, "value": v} for t, s, v in points[begin : begin + 1000]]
        wire.post("runs/log-batch", {"run_id": run_id, "metrics": metrics}).ok()


def training(seed: int, count: int) -> list[tuple[int, int, float]]:
    """A point about every tenth of a second, with a pause."""
    chance = random.Random(seed)
    now, made = START, []
    for number in range(count):
        now += chance.choice([1, 100, 150]) + (3_600_000 if number == count // 2 else 0)
        made.append((now, number * 3, chance.gauss(0, 1)))
    return made


class Experiment:
    """An experiment of three runs, two of one name."""

    def __init__(self, wire: Wire, experiment_id: str, new_run: Callable[..., str]) -> None:
        self.name = wire.get("experiments/get", experiment_id=experiment_id).ok()["experiment"]["name"]
        self.id = experiment_id
        self.runs = [new_run(experiment_id, run_name=name, start_time=START + n) for n, name in enumerate("aab")]
        self.points = {run: training(seed, 400) for seed, run in enumerate(self.runs)}
        for run, points in self.points.items():
            log(wire, run, "loss", points)


@pytest.fixture(scope="module")
def module_experiment(wire: Wire, new_experiment: Callable[..., str], new_run: Callable[..., str]) -> Experiment:
    return Experiment(wire, new_experiment(), new_run)


@pytest.fixture
def experiment(module_experiment: Experiment) -> Experiment:
    return module_experiment


def within(points: list[tuple[int, int, float]], start: int, end: int) -> list[tuple[int, int, float]]:
    return [point for point in points if start <= point[0] <= end]


def close(found: object, wanted: object) -> bool:
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(float(found), float(wanted), rel_tol=1e-9, abs_tol=1e-12)


def test_data_source_is_told_to_work(wire: Wire, experiment: Experiment) -> None:
    for method in ("GET", "POST"):
        (names,) = series(wire, "SHOW measurements", method=method)
        assert (names["name"], names["columns"]) == ("measurements", ["name"])
        assert [experiment.name] in names["values"] and ["fourfold_events"] in names["values"]


def test_lists_of_the_editor_and_of_variables(wire: Wire, experiment: Experiment) -> None:
    name = experiment.name
    found = values(wire, f"SHOW MEASUREMENTS WITH MEASUREMENT =~ /(?i){re.escape(name[4:]).upper()}/ LIMIT 100")
    assert found == [name]
    assert values(wire, 'SHOW RETENTION POLICIES on "fourfold"') == [True]  # the last of its columns: the default one
    assert "run_id" in values(wire, f'SHOW TAG KEYS FROM "{name}"')
    (fields,) = series(wire, f'SHOW FIELD KEYS FROM "{name}"')
    assert fields["columns"] == ["fieldKey", "fieldType"]
    assert fields["values"] == [["loss", "float"], ["step", "integer"]]
    assert values(wire, f'SHOW TAG VALUES FROM "{name}" WITH KEY = "run_id"') == experiment.runs[::-1]  # the newest first
    assert values(wire, f'SHOW TAG VALUES FROM "{name}" WITH KEY = "run_name"') == ["b", "a"]
    assert values(wire, f'SHOW TAG VALUES FROM "{name}" WITH KEY = "run" WHERE "run_name" = \'b\'') == [
        f"b ({experiment.runs[2]})"
    ]
    assert values(wire, f'SHOW TAG VALUES FROM "{name}" WITH KEY = "status" WHERE time > now() - 1h') == ["RUNNING"]
    assert experiment.name in values(wire, 'SHOW TAG VALUES WITH KEY = "experiment"')
    assert values(wire, f'SHOW TAG VALUES FROM "{name}" WITH KEY = "host"') == []
    assert values(wire, 'SHOW FIELD KEYS FROM "no such"') == []


@pytest.mark.parametrize(
    ("function", "wanted"),
    [
        ('mean("loss")', statistics.fmean),
        ("min(loss)", min),
        ("max(loss)", max),
        ("first(loss)", lambda found: found[0]),
        ("last(loss)", lambda found: found[-1]),
        ("count(loss)", len),
        ("sum(loss)", math.fsum),
        ("median(loss)", statistics.median),
        ("spread(loss)", lambda found: max(found) - min(found)),
        ("stddev(loss)", lambda found: statistics.stdev(found) if len(found) > 1 else None),
        ("percentile(loss, 90)", lambda found: sorted(found)[math.floor(len(found) * 0.9 + 0.5) - 1]),
    ],
)
def test_computed_for_parts_of_time(
    wire: Wire, experiment: Experiment, function: str, wanted: Callable[[list[float]], object]
) -> None:
    start, end, width = START - 5_000, START + 20_000, 2_000
    runs = "|".join(experiment.runs)
    found = series(
        wire,
        f'SELECT {function} FROM "{experiment.name}" WHERE ("run_id" =~ /^({runs})$/) AND time >= {start}ms and time <='
        f' {end}ms GROUP BY time(2s), "run_id", "run_name"::tag fill(null)',
    )
    assert [one["tags"]["run_id"] for one in found] == experiment.runs
    for one, name in zip(found, "aab", strict=True):
        assert one["name"] == experiment.name
        assert one["tags"]["run_name"] == name
        assert one["columns"] == ["time", re.match(r"\w+", function).group()]
        assert [row[0] for row in one["values"]] == list(range(start - start % width, end + 1, width))
        for begin, value in one["values"]:
            part = [v for _, _, v in within(experiment.points[one["tags"]["run_id"]], max(start, begin), min(end, begin + width - 1))]
            assert close(value, wanted(part) if part else None), begin


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ("\"run_name\" =~ /^B|x/", ""),
        ("\"run_name\" =~ /(?i)^B|x/", "b"),
        ("\"run_name\" !~ /a/", "b"),
        ("run_name != 'a'", "b"),
        ("run_name <> 'a' AND status = 'RUNNING'", "b"),
        ("status = 'FAILED'", ""),
        ("(run_name = 'b' OR run_id = 'FIRST') AND user != 'nobody'", "ab"),
        ("run_name = 'a' OR run_name = 'b'", "aab"),
        ("run_id =~ /^FIRST|THIRD$/", "ab"),
        ("run_id =~ /^FIRST|nope/ AND run_name = 'b'", ""),
        ("run_id = 'FIRST' AND run_id = 'THIRD'", ""),
        ("run_id != 'FIRST'", "ab"),
        ("run =~ /^b \\(THIRD\\)$/", "b"),
        ("experiment = 'other'", ""),
        ("run_id =~ /^.*$/", "aab"),
    ],
)
def test_conditions_choose_runs(wire: Wire, experiment: Experiment, condition: str, wanted: str) -> None:
    first, _, third = experiment.runs
    condition = condition.replace("FIRST", first).replace("THIRD", third)
    found = series(wire, f'SELECT last(loss) FROM "{experiment.name}" WHERE {condition} GROUP BY run_id, run_name')
    assert sorted(one["tags"]["run_name"] for one in found) == sorted(wanted)
    few = series(wire, f'SELECT last(loss) FROM "{experiment.name}" WHERE {condition} GROUP BY run_id SLIMIT 1')
    assert len(few) == min(1, len(wanted))
    if wanted == "aab":
        assert few[0]["tags"]["run_id"] == third  # the newest


def test_runs_of_one_series_are_computed_together(wire: Wire, experiment: Experiment) -> None:
    found = series(
        wire, f'SELECT count(loss), mean(loss), mean(acc) FROM "{experiment.name}" WHERE run_name = \'a\' GROUP BY run_name'
    )
    both = [v for run in experiment.runs[:2] for _, _, v in experiment.points[run]]
    (one,) = found
    assert one["tags"] == {"run_name": "a"} and one["columns"] == ["time", "count", "mean", "mean_1"]
    ((_, count, mean, nothing),) = one["values"]
    assert (count, nothing) == (800, None) and close(mean, statistics.fmean(both))


@pytest.mark.parametrize(
    ("fill", "middle"),
    [("", None), (" fill(null)", None), (" fill(none)", "left out"), (" fill(7)", 7), (" fill(previous)", 1), (" fill(linear)", 2)],
)
def test_parts_without_points_are_filled(
    wire: Wire, experiment_id: str, new_run: Callable[..., str], fill: str, middle: object
) -> None:
    run = new_run(experiment_id)
    log(wire, run, "x", [(START, 0, 1.0), (START + 2_000, 1, 3.0)])
    name = wire.get("experiments/get", experiment_id=experiment_id).ok()["experiment"]["name"]
    statement = f'SELECT max(x) FROM "{name}" WHERE time >= {START}ms AND time < {START + 3_000}ms GROUP BY time(1s){fill}'
    (one,) = series(wire, statement)
    rows = [[START, 1], [START + 1_000, middle], [START + 2_000, 3]]
    assert one["values"] == [row for row in rows if row[1] != "left out"]
    (counted,) = series(wire, statement.replace("max", "count"))
    if not fill:
        assert [row[1] for row in counted["values"]] == [1, 0, 1]


def test_points_as_they_were_logged(wire: Wire, experiment: Experiment) -> None:
    run = experiment.runs[0]
    statement = f'SELECT "step", "loss" FROM "{experiment.name}" WHERE "run_id" = \'{run}\''
    rows = [[t, s, v] for t, s, v in experiment.points[run]]
    (one,) = series(wire, statement)
    assert one["columns"] == ["time", "step", "loss"] and "tags" not in one
    assert one["values"] == rows
    (last,) = series(wire, statement + " ORDER BY time DESC LIMIT 5")
    assert last["values"] == rows[:-6:-1]
    (some,) = series(wire, statement + " AND step >= 30 AND step < 60")
    assert some["values"] == rows[10:20]
    for epoch, wanted in (("s", START // 1000), ("ns", None)):
        first = series(wire, statement, epoch=epoch)[0]["values"][0][0]
        assert first == (wanted if wanted else rows[0][0] * 1_000_000)


def test_values_that_json_has_no_word_for(wire: Wire, experiment_id: str, new_run: Callable[..., str]) -> None:
    run = new_run(experiment_id)
    log(wire, run, "x", [(START, 0, 1.0), (START + 1, 1, "NaN"), (START + 2, 2, "Infinity"), (START + 3, 3, 3.0)])  # type: ignore[list-item]
    name = wire.get("experiments/get", experiment_id=experiment_id).ok()["experiment"]["name"]
    (one,) = series(wire, f'SELECT x FROM "{name}"')
    assert [row[1] for row in one["values"]] == [1, None, None, 3]
    (mean,) = series(wire, f'SELECT mean(x), count(x) FROM "{name}"')
    assert mean["values"] == [[0, 2, 2]]


def test_runs_are_compared_by_step_in_one_table(wire: Wire, experiment: Experiment) -> None:
    runs = "|".join(experiment.runs)
    (table,) = series(
        wire,
        f'SELECT mean("loss") FROM "{experiment.name}" WHERE "run_id" =~ /^({runs})$/ GROUP BY step(30), "run_id", "run_name"',
    )
    first, second, third = experiment.runs
    assert table["columns"] == ["step", f"{first[:8]} a", f"{second[:8]} a", "b"]
    assert [row[0] for row in table["values"]] == list(range(0, 1200, 30))  # what a trend panel needs: ascending
    for row in table["values"]:
        for run, value in zip(experiment.runs, row[1:], strict=True):
            assert close(value, statistics.fmean(v for _, s, v in experiment.points[run] if row[0] <= s < row[0] + 30))
    (wide,) = series(wire, f'SELECT max(loss), min(loss) FROM "{experiment.name}" WHERE run_id = \'{third}\' GROUP BY step()')
    assert wide["columns"] == ["step", "max", "min"]
    assert len(wide["values"]) == 400 and wide["values"][1][0] // 2 * 2 == wide["values"][1][0]  # parts of two steps
    (bounded,) = series(
        wire, f'SELECT max(loss) FROM "{experiment.name}" WHERE run_name = \'b\' AND step >= 60 AND step < 90 GROUP BY step(10)'
    )
    assert [row[0] for row in bounded["values"]] == [60, 70, 80]


def test_many_points_are_computed_exactly(wire: Wire, experiment_id: str, new_run: Callable[..., str]) -> None:
    run = new_run(experiment_id)
    points = training(7, 12_000)
    log(wire, run, "loss", points)
    name = wire.get("experiments/get", experiment_id=experiment_id).ok()["experiment"]["name"]
    (one,) = series(wire, f'SELECT count(loss), mean(loss) FROM "{name}" GROUP BY time(10m) fill(none)')
    parts: dict[int, list[float]] = {}
    for t, _, v in points:
        parts.setdefault(t // 600_000 * 600_000, []).append(v)
    assert [(row[0], row[1]) for row in one["values"]] == [(begin, len(part)) for begin, part in parts.items()]
    assert all(close(row[2], statistics.fmean(part)) for row, part in zip(one["values"], parts.values(), strict=True))
    (steps,) = series(wire, f'SELECT count(loss), max(loss) FROM "{name}" GROUP BY step(3600)')
    assert [row[1] for row in steps["values"]] == [1_200] * 10
    (drawn,) = series(wire, f'SELECT loss FROM "{name}"')
    assert len(drawn["values"]) <= 10_000
    assert {max(v for _, _, v in points), min(v for _, _, v in points)} <= {row[1] for row in drawn["values"]}


def test_what_was_written_is_read_at_once(wire: Wire, client: mlflow.MlflowClient, experiment_id: str) -> None:
    name = client.get_experiment(experiment_id).name
    run = client.create_run(experiment_id, run_name="live").info.run_id
    for number in range(20):
        client.log_metric(run, "loss", 1.0 / (number + 1), timestamp=START + number, step=number)
        (one,) = series(wire, f'SELECT last("loss"), count("loss") FROM "{name}" WHERE "run_id" = \'{run}\'')
        assert one["values"][0][1:] == [1.0 / (number + 1), number + 1]


def test_events_of_runs_and_models(wire: Wire, client: mlflow.MlflowClient, experiment_id: str, unique: str) -> None:
    name = client.get_experiment(experiment_id).name
    ended, failed, going = (client.create_run(experiment_id, run_name=f"r,{n}").info.run_id for n in range(3))
    client.set_terminated(ended)
    client.set_terminated(failed, "FAILED")
    model = f"model-{unique}"
    client.create_registered_model(model)
    source = client.get_run(ended).info.artifact_uri + "/model"
    version = client.create_model_version(model, source, run_id=ended).version
    client.transition_model_version_stage(model, version, "Production")
    now = int(time.time() * 1000)
    time_filter = f"time >= {now - 3_600_000}ms and time <= {now + 60_000}ms"
    # As an annotation of Grafana asks.
    statement = f'SELECT "title", "text", "tags" FROM "fourfold_events" WHERE {time_filter} AND "experiment" = \'{name}\''
    (one,) = series(wire, statement)
    assert one["columns"] == ["time", "title", "text", "tags"] and "tags" not in one
    assert sorted(row[1:] for row in one["values"]) == sorted([
        ["Run started", f"r,0 in {name}", "start,r 0"],
        ["Run started", f"r,1 in {name}", "start,r 1"],
        ["Run started", f"r,2 in {name}", "start,r 2"],
        ["Run ended", f"r,0 in {name}", "end,r 0"],
        ["Run failed", f"r,1 in {name}", "failure,r 1"],
        ["Model version made", f"{model} version 1", f"version,r 0,{model}"],
        ["Model in stage Production", f"{model} version 1", f"promotion,r 0,{model}"],
    ])
    assert [row[0] for row in one["values"]] == sorted(row[0] for row in one["values"])
    (promoted,) = series(wire, statement + f' AND "type" = \'promotion\' AND run_id =~ /^({ended}|{going})$/')
    assert len(promoted["values"]) == 1
    assert series(wire, statement.replace(str(now - 3_600_000), str(now + 50_000))) == []
    assert values(wire, 'SHOW TAG VALUES FROM "fourfold_events" WITH KEY = "type"') == [
        "end", "failure", "promotion", "start", "version",
    ]  # fmt: skip


def test_promotions_are_events_of_their_own_times(
    wire: Wire, client: mlflow.MlflowClient, new_experiment: Callable[..., str], unique: str
) -> None:
    here, elsewhere = new_experiment(), new_experiment()
    model = f"model-{unique}"
    client.create_registered_model(model)
    runs = [client.create_run(experiment, run_name=f"r{experiment}").info for experiment in (here, elsewhere, here)]
    for run in runs:
        client.create_model_version(model, f"{run.artifact_uri}/model", run_id=run.run_id)
    first_millisecond = int(time.time() * 1000)

    def promoted(experiment: str, condition: str = "") -> list[list]:
        name = client.get_experiment(experiment).name
        until = int(time.time() * 1000) + 60_000
        found = series(
            wire,
            f'SELECT "title", "text", "tags" FROM "fourfold_events" WHERE time >= {first_millisecond}ms and time <= {until}ms'
            f" AND \"experiment\" = '{name}' AND \"type\" = 'promotion'{condition}",
        )
        return [row for one in found for row in one["values"]]

    windows = []

    def at_its_time(promote: Callable[[], object]) -> None:
        begin = int(time.time() * 1000)
        promote()
        windows.append((begin, int(time.time() * 1000)))

    at_its_time(lambda: client.set_registered_model_alias(model, "champion", "1"))
    client.set_registered_model_alias(model, "champion", "1")  # as it is: no promotion
    at_its_time(lambda: client.transition_model_version_stage(model, "1", "Production"))
    client.transition_model_version_stage(model, "1", "Production")
    at_its_time(lambda: client.transition_model_version_stage(model, "3", "Production", archive_existing_versions=True))
    at_its_time(lambda: client.set_registered_model_alias(model, "champion", "2"))

    titles = [
        ["Model has alias champion", 1], ["Model in stage Production", 1],
        ["Model in stage Archived", 1], ["Model in stage Production", 3],
    ]  # fmt: skip

    def told(model: str) -> list[list]:
        return [[title, f"{model} version {version}", f"promotion,r{here},{model}"] for title, version in titles]

    there = promoted(here)
    assert [row[1:] for row in there] == told(model)
    for row, (begin, end) in zip(there, [windows[0], windows[1], windows[2], windows[2]], strict=True):
        assert begin <= row[0] <= end
    ((moved, *what),) = promoted(elsewhere)
    assert what == ["Model has alias champion", f"{model} version 2", f"promotion,r{elsewhere},{model}"]
    assert windows[3][0] <= moved <= windows[3][1]
    assert promoted(here, f" AND run_id =~ /^({runs[2].run_id})$/") == there[3:]
    assert promoted(here, f" AND run_id =~ /^({runs[1].run_id})$/") == []

    # What comes later is no promotion, and moves none.
    client.update_model_version(model, "1", "as it was")
    client.transition_model_version_stage(model, "3", "None")
    client.delete_registered_model_alias(model, "champion")
    assert promoted(here) == there and len(promoted(elsewhere)) == 1
    client.rename_registered_model(model, f"{model}-renamed")
    assert [row[1:] for row in promoted(here)] == told(f"{model}-renamed")
    assert [row[0] for row in promoted(here)] == [row[0] for row in there]
    client.delete_model_version(f"{model}-renamed", "1")
    assert [row[0] for row in promoted(here)] == [there[3][0]]
    client.delete_registered_model(f"{model}-renamed")
    assert promoted(here) == promoted(elsewhere) == []


@pytest.mark.parametrize(
    ("statement", "fragment"),
    [
        ("DROP DATABASE victim", "'DROP'"),
        ('SELECT loss FROM "E"; DROP DATABASE victim', "only one"),
        ('SELECT loss INTO "victim".."x" FROM "E"', "INTO"),
        ("SELECT loss FROM \"E\" WHERE run_id = 'a' OR 1 = 1", "a name is expected"),
        ('SELECT loss FROM (SELECT loss FROM "E")', "within a question"),
        ('SELECT derivative(loss) FROM "E"', "derivative"),
        ('SELECT loss FROM "victim"."autogen"."E"', "database not found"),
        ("SELECT loss FROM \"E\" WHERE run_name =~ /(a{1000}){1000}/", "repeats parts"),
        ('SELECT loss FROM "E" WHERE time > 0 OR run_id = \'a\'', "OR"),
        ('SELECT mean(loss) FROM "E" WHERE time >= 0 AND time < 365d GROUP BY time(1ms)', "longer time"),
    ],
)
def test_what_is_not_offered_is_refused(wire: Wire, experiment: Experiment, statement: str, fragment: str) -> None:
    for method in ("GET", "POST"):
        answer = ask(wire, statement.replace("E\"", experiment.name + '"'), method)
        refused(answer, fragment, 404 if "not found" in fragment else 400)


@pytest.mark.parametrize("hostile", ['x"; DROP DATABASE victim; --', "x' OR '1'='1", "/.*/", "x\\", "a.b", "ü\u2028", "*"])
def test_names_are_only_names(
    wire: Wire, new_experiment: Callable[..., str], new_run: Callable[..., str], hostile: str, unique: str
) -> None:
    name = f"{hostile} {unique}"
    run = new_run(new_experiment(name=name), run_name=hostile)
    log(wire, run, "a.b/c: d-e", [(START, 1, 5.0)])

    def quoted(text: str, quote: str) -> str:
        return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote

    chosen = f"FROM {quoted(name, chr(34))} WHERE run_name = {quoted(hostile, chr(39))}"
    (one,) = series(wire, f'SELECT last("a.b/c: d-e") {chosen} GROUP BY run_name')
    assert (one["name"], one["tags"], one["values"]) == (name, {"run_name": hostile}, [[START, 5]])
    answer = ask(wire, f'SELECT last(x) FROM "{name}" WHERE run_name = \'{hostile}\'')  # as one who forgets to escape
    assert answer.status in (200, 400), answer.text[:600]
    assert [name] in series(wire, "SHOW measurements")[0]["values"]


def test_training_dashboard_is_answered(
    wire: Wire, client: mlflow.MlflowClient, tracking: str, tmp_path: Path, unique: str
) -> None:
    """Every statement of the dashboard, with its variables as Grafana would replace them, after a real training."""
    with mlflow.start_run(run_name="first") as first:
        for step in range(50):
            mlflow.log_metrics({"loss": 1 / (step + 1), "val/acc": step / 50}, step=step)
    with pytest.raises(ZeroDivisionError), mlflow.start_run(run_name="second") as second:
        mlflow.log_metric("loss", 3.0, step=4)
        raise ZeroDivisionError
    runs = [first.info.run_id, second.info.run_id]
    version = client.create_model_version(
        client.create_registered_model(f"model-{unique}").name, f"{first.info.artifact_uri}/m", run_id=runs[0]
    )
    client.transition_model_version_stage(version.name, version.version, "Production")
    board = json.loads((DASHBOARDS / "dashboards" / "training.json").read_text())

    chosen = {"experiment": client.get_experiment(tracking).name}
    for variable in board["templating"]["list"]:
        pattern = re.compile(variable["regex"].strip("/").replace("(?<text>", "(?P<text>").replace("(?<value>", "(?P<value>"))
        offered = []
        for value in values(wire, replaced(variable["query"], chosen) if "FIELD" not in variable["query"] else "SHOW TAG KEYS"):
            if found := pattern.search(value):
                offered.append(found.groupdict().get("value", value))
        if variable["name"] == "experiment":
            assert chosen["experiment"] in offered
        elif variable["name"] == "run":
            assert sorted(offered) == sorted(runs)
    (fields,) = series(wire, replaced(board["templating"]["list"][2]["query"], chosen))
    pattern = re.compile(board["templating"]["list"][2]["regex"].strip("/"))
    metrics = [name for name, _ in fields["values"] if pattern.search(name)]
    assert metrics == ["loss", "val/acc"]

    asked = 0
    for run in ("(" + "|".join(runs) + ")", ".*"):  # some chosen, and all
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                if panel["datasource"]["type"] != "influxdb":
                    continue
                for metric in metrics:  # escaped, as Grafana does where a variable has several values
                    statement = replaced(target["query"], {**chosen, "run": run, "metric": metric.replace("/", "\\/")})
                    found = series(wire, statement)
                    assert found and all(one["values"] for one in found), statement
                    if target["resultFormat"] == "table":
                        (table,) = found
                        wanted = {"loss": {"first", "second"}, "val/acc": {"first"}}[metric]
                        assert table["columns"][0] == "step" and set(table["columns"][1:]) == wanted
                    asked += 1
        happened = [
            row[1]
            for annotation in board["annotations"]["list"]
            if annotation["datasource"]["type"] == "influxdb"
            for one in series(wire, replaced(annotation["target"]["query"], {**chosen, "run": run}))
            for row in one["values"]
        ]
        assert sorted(happened) == [
            "Model in stage Production", "Model version made", "Run ended", "Run failed", "Run started", "Run started",
        ]  # fmt: skip
        logs = [t for p in board["panels"] for t in p.get("targets", []) if p["datasource"]["type"] == "loki"]
        assert logs
        for target in logs:
            expression = replaced(target["expr"], {**chosen, "run": run.strip("()")})
            wire.send("GET", "/loki/api/v1/query_range?" + urlencode({"query": expression, "limit": 10})).ok()
    assert asked == 12


def replaced(text: str, variables: dict[str, str]) -> str:
    now = int(time.time() * 1000)
    for name, value in variables.items():
        text = text.replace(f"${name}", value)
    text = text.replace("$timeFilter", f"time >= {now - 3_600_000}ms and time <= {now + 60_000}ms")
    text = text.replace("$__interval", "10s")
    assert "$" not in text.replace("$/", "/").replace(")$", ")"), text
    return text


def test_who_is_not_signed_in_sees_nothing(wire: Wire, experiment: Experiment) -> None:
    """Where everybody signs in: a stranger learns no name, and whoever signs in with a user and a password does."""
    statement = urlencode({"q": "SHOW MEASUREMENTS", "db": "fourfold"})
    stranger = wire.send("GET", "/grafana/influx/query?" + statement, headers={"Authorization": "Basic eDp5"})
    if not os.environ.get("MLFLOW_TRACKING_PASSWORD"):
        pytest.skip("needs an administrator's name and password")
    refused(stranger, "", 401)
    bare = wire.connect()
    bare.request("GET", wire.prefix + "/grafana/influx/query?" + statement)
    answer = bare.getresponse()
    assert answer.status == 401 and experiment.name.encode() not in answer.read()
    assert [experiment.name] in series(wire, "SHOW MEASUREMENTS")[0]["values"]


@pytest.mark.skipif(not os.environ.get("E2E_DATA_DIR"), reason="E2E_DATA_DIR is not set")
def test_another_database_survives_every_attack(wire: Wire, experiment: Experiment) -> None:
    """InfluxDB holds a database that is nobody's business here; nothing that is sent reaches it."""
    password = (Path(os.environ["E2E_DATA_DIR"]) / "influxdb" / "password").read_text().strip()
    (influx,) = [store for store in wire.send("GET", "/api/v1/health").json()["stores"] if store["part"] == "influxdb"]
    store = Wire("http://" + influx["where"].removeprefix("http://"))
    owner = {"Authorization": "Basic " + base64.b64encode(f"fourfold:{password}".encode()).decode()}

    def in_store(statement: str) -> str:
        answer = store.send("POST", "/query?" + urlencode({"q": statement}), headers=owner)
        assert answer.status == 200, answer.text
        return answer.text

    in_store("CREATE DATABASE victim")
    store.send("POST", "/write?db=victim", "kept value=1 1", owner)
    kept = in_store('SELECT * FROM "victim".."kept"')
    assert '"value"' in kept
    attacks = [
        "DROP DATABASE victim",
        "DROP DATABASE \"victim\"; SHOW MEASUREMENTS",
        'DROP MEASUREMENT "kept"',
        'DELETE FROM "victim".."kept"',
        'SELECT "loss" INTO "victim".."stolen" FROM "E"',
        'SELECT "loss" FROM "E"; DROP DATABASE victim',
        "SELECT \"loss\" FROM \"E\" WHERE run_id = ''; DROP DATABASE victim; --'",
        'SELECT "x\\"; DROP DATABASE victim; --" FROM "E"',
        'SELECT * FROM "victim".."kept"',
        'SELECT value FROM "victim"."autogen"."kept"',
        "SELECT mean(\"loss\") FROM \"E\" WHERE run_id =~ /x/; DROP DATABASE victim/ GROUP BY time(1s)",
        'SELECT "loss" FROM "E" LIMIT 1; DROP DATABASE victim',
        "SHOW TAG VALUES ON victim WITH KEY = value",
        "SHOW MEASUREMENTS; DROP DATABASE victim",
        "KILL QUERY 1",
        'GRANT ALL TO "fourfold"',
    ]
    for attack in attacks:
        for method in ("GET", "POST"):
            answer = ask(wire, attack.replace('"E"', f'"{experiment.name}"'), method)
            assert answer.status in (200, 400, 404), answer.text
            assert answer.status != 200 or answer.json() == {"results": [{"statement_id": 0}]}, attack
        for parameter in ("db", "rp", "epoch"):
            assert ask(wire, "SHOW MEASUREMENTS", **{parameter: f'x"; {attack}'}).status in (400, 404)
    assert in_store('SELECT * FROM "victim".."kept"') == kept
    assert "stolen" not in in_store('SHOW MEASUREMENTS ON "victim"')
    in_store("DROP DATABASE victim")
