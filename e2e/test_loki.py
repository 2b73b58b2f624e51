"""Log lines as Grafana's built-in Loki data source asks for them.

Requests have the form that Grafana gives them: lines and counts as `makeDataRequest` in pkg/tsdb/loki/api.go, the test of
a data source as pkg/tsdb/loki/healthcheck.go, the histogram over the lines as `getSupplementaryQuery` and labels as
public/app/plugins/datasource/loki/{datasource,LanguageProvider}.ts. Grafana itself is not run here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from wire import Answer, Wire

pytestmark = pytest.mark.fourfold_only

START = 1_700_000_000_000_000_000
SECOND = 1_000_000_000
LEVELS = ["DEBUG", "INFO", "WARN", "ERROR"]
LINES = 400  # one a second


def ask(wire: Wire, route: str, **query: object) -> Answer:
    return wire.send("GET", f"/loki/api/v1/{route}?{urlencode(query, doseq=True)}")


def lines(wire: Wire, expr: str, *, direction: str = "backward", limit: int = 1000, **more: object) -> list[dict]:
    time = {"start": START, "end": START + LINES * SECOND, "step": "2000ms", **more}
    data = ask(wire, "query_range", query=expr, direction=direction, limit=limit, **time).ok()["data"]
    assert data["resultType"] == "streams"
    return data["result"]


def texts(streams: list[dict]) -> list[str]:
    """All lines in the order of time."""
    return [text for _, text in sorted(tuple(value) for stream in streams for value in stream["values"])]


@pytest.fixture
def run(wire: Wire, experiment_id: str, new_run: Callable[..., str]) -> str:
    """A run of two workers whose lines go through the levels."""
    run_id = new_run(experiment_id, run_name="a run")
    log(wire, run_id)
    return run_id


def log(wire: Wire, run_id: str, count: int = LINES) -> None:
    body = "\n".join(
        json.dumps({
            "time": START + number * SECOND,
            "level": LEVELS[number % 4],
            "stream": "stdout" if number % 2 else "stderr",
            "message": f"line {number} of epoch {number // 100}",
            "writer": "w",
            "sequence": number,
            **({"rank": number % 2} if number < 200 else {}),
            "phase": "train" if number < 300 else "test",
        })
        for number in range(count)
    )
    wire.send("POST", f"/api/v1/runs/{run_id}/logs", body, {"Content-Type": "application/x-ndjson"}).ok()


def test_data_source_is_told_to_work(wire: Wire) -> None:
    data = ask(wire, "query", query="vector(1)+vector(1)", direction="backward", time=4 * SECOND).ok()["data"]
    assert data == {"resultType": "vector", "result": [{"metric": {}, "value": [4_000_000_000, "2"]}]}  # ten digits: seconds


def test_lines_of_a_run_with_their_labels(wire: Wire, run: str, experiment_id: str) -> None:
    streams = lines(wire, f'{{run_id="{run}"}}')
    assert texts(streams) == [f"line {n} of epoch {n // 100}" for n in range(LINES)]
    experiment = wire.get("experiments/get", experiment_id=experiment_id).ok()["experiment"]["name"]
    for stream in streams:
        labels = stream["stream"]
        assert {labels["run_id"], labels["run_name"]} == {run, "a run"}
        assert (labels["experiment_id"], labels["experiment"]) == (experiment_id, experiment)
        number = int(stream["values"][0][1].split()[1])
        assert labels["level"] == LEVELS[number % 4].lower()
        assert labels.get("rank") == (str(number % 2) if number < 200 else None)
        times = [int(time) for time, _ in stream["values"]]
        assert times == sorted(times, reverse=True)


def test_limit_takes_the_newest_or_the_oldest(wire: Wire, run: str) -> None:
    newest = texts(lines(wire, f'{{run_id="{run}"}}', limit=3))
    assert newest == [f"line {n} of epoch 3" for n in (397, 398, 399)]
    oldest = texts(lines(wire, f'{{run_id="{run}"}}', limit=3, direction="forward"))
    assert oldest == [f"line {n} of epoch 0" for n in (0, 1, 2)]
    some = texts(lines(wire, f'{{run_id="{run}"}}', start=START + 5 * SECOND, end=START + 7 * SECOND))
    assert some == ["line 5 of epoch 0", "line 6 of epoch 0"]


@pytest.mark.parametrize(
    ("behind", "wanted"),
    [
        ('{SEL, level="error"}', lambda n: n % 4 == 3),
        ('{SEL, level=~"error|WARN"}', lambda n: n % 4 >= 2),
        ('{SEL, level!="debug", stream="stderr"}', lambda n: n % 4 == 2),
        ('{SEL, stream!~"std.*r"}', lambda n: n % 2 == 1),
        ('{SEL, rank="1"}', lambda n: n < 200 and n % 2 == 1),
        ('{SEL, rank=""}', lambda n: n >= 200),
        ('{SEL} | detected_level="warn"', lambda n: n % 4 == 2),
        ('{SEL} | phase="test"', lambda n: n >= 300),
        ('{SEL} | phase!="test" |= `epoch 2`', lambda n: 200 <= n < 300),
        ('{SEL} |= "line 1 " or "line 2 "', lambda n: n in (1, 2)),
        ('{SEL} |~ "line [0-9] of"', lambda n: n < 10),
        ('{SEL} !~ "line \\\\d{2,}"', lambda n: n < 10),
        ('{SEL} != "LINE" |= ``', lambda n: True),
        ('{SEL} != ``', lambda n: False),
    ],
)
def test_conditions_choose_lines(wire: Wire, run: str, behind: str, wanted: Callable[[int], bool]) -> None:
    found = texts(lines(wire, behind.replace("SEL", f'run_id="{run}"')))
    assert found == [f"line {n} of epoch {n // 100}" for n in range(LINES) if wanted(n)]


def test_runs_are_chosen_by_name_and_experiment(
    wire: Wire, experiment_id: str, new_run: Callable[..., str], new_experiment: Callable[..., str]
) -> None:
    first, second = new_run(experiment_id, run_name="first"), new_run(experiment_id, run_name="second")
    other = new_run(new_experiment(), run_name="first")
    for run_id in (first, second, other):
        log(wire, run_id, 2)

    def runs_of(expr: str) -> set[str]:
        return {stream["stream"]["run_id"] for stream in lines(wire, expr)}

    assert runs_of(f'{{experiment_id="{experiment_id}"}}') == {first, second}
    assert runs_of(f'{{experiment_id="{experiment_id}", run_name="first"}}') == {first}
    assert runs_of(f'{{experiment_id="{experiment_id}", run_name!~"f.*"}}') == {second}
    assert runs_of(f'{{run_id=~"{first}|{other}"}}') == {first, other}
    assert runs_of(f'{{run_id=~"({first}|{other})", experiment_id="{experiment_id}"}}') == {first}


def test_histogram_over_the_lines(wire: Wire, run: str) -> None:
    expr = f'sum by (level, detected_level) (count_over_time({{run_id="{run}"}} |= `line` | drop __error__[100s]))'
    more = {"start": START + 99 * SECOND, "end": START + 399 * SECOND, "step": "100000ms"}
    data = ask(wire, "query_range", query=expr, direction="backward", **more).ok()["data"]
    assert data["resultType"] == "matrix"
    seconds = START // SECOND
    moments = [[seconds + 99 + 100 * i, "25"] for i in range(4)]
    assert {one["metric"]["level"]: one["values"] for one in data["result"]} == {
        level.lower(): moments for level in LEVELS
    }
    assert all(one["metric"]["detected_level"] == one["metric"]["level"] for one in data["result"])


def test_ranges_that_overlap_or_leave_gaps(wire: Wire, run: str) -> None:
    def counts(span: str, step: str) -> list[list]:
        expr = f'sum(count_over_time({{run_id="{run}"}}[{span}]))'
        more = {"start": START + 10 * SECOND, "end": START + 20 * SECOND, "step": step}
        return ask(wire, "query_range", query=expr, **more).ok()["data"]["result"][0]["values"]

    base = START // SECOND
    assert counts("4s", "5000ms") == [[base + 10, "4"], [base + 15, "4"], [base + 20, "4"]]
    assert counts("6s", "5") == [[base + 10, "6"], [base + 15, "6"], [base + 20, "6"]]
    assert counts("1m", "10s") == [[base + 10, "11"], [base + 20, "21"]]
    expr = f'sum by (stream) (count_over_time({{run_id="{run}"}}[1h]))'
    data = ask(wire, "query", query=expr, time=START + 999 * SECOND).ok()["data"]["result"]
    assert {one["metric"]["stream"]: one["value"] for one in data} == {
        "stdout": [base + 999, "200"],
        "stderr": [base + 999, "200"],
    }


def test_labels_values_and_series(wire: Wire, run: str, experiment_id: str) -> None:
    time = {"start": START, "end": START + LINES * SECOND}
    names = ask(wire, "labels", **time).ok()["data"]
    assert {"run_id", "run_name", "experiment", "level", "stream"} <= set(names)
    selector = f'{{run_id="{run}"}}'
    assert ask(wire, "label/stream/values", query=selector, **time).ok()["data"] == ["stderr", "stdout"]
    assert ask(wire, "label/run_id/values", query=f'{{experiment_id="{experiment_id}"}}', **time).ok()["data"] == [run]
    assert run in ask(wire, "label/run_id/values", **time).ok()["data"]
    assert experiment_id in ask(wire, "label/experiment_id/values", **time).ok()["data"]
    series = ask(wire, "series", **{"match[]": selector}, **time).ok()["data"]
    assert sorted((one["stream"], one["level"]) for one in series) == [
        ("stderr", "debug"),
        ("stderr", "warn"),
        ("stdout", "error"),
        ("stdout", "info"),
    ]


def test_what_is_not_offered_is_said(wire: Wire, run: str) -> None:
    for expr in (f'{{run_id="{run}"}} | json', f'rate({{run_id="{run}"}}[1m])', '{app="x"}', '{stream="stdout"}'):
        answer = ask(wire, "query_range", query=expr, direction="backward", start=START, end=START + SECOND, step="1ms")
        assert answer.status == 400
        assert answer.json()["message"], answer.text
    assert ask(wire, "detected_labels", start=START, end=START + SECOND).status == 404
