"""Many metrics of many runs: `POST /api/v1/metrics/query`, compared with histories reduced here."""

from __future__ import annotations

import csv
import io
import json
import math
import random
from collections.abc import Callable

import pytest
from wire import Wire

pytestmark = pytest.mark.fourfold_only

START = 1_700_000_000_000
Point = tuple[int, int, object]  # timestamp, step, value as the wire has it


def ask(wire: Wire, runs: list[str], *keys: str, **more: object) -> list[dict]:
    question = {"run_ids": runs, "keys": list(keys)} | more
    return wire.send("POST", "/api/v1/metrics/query", json.dumps(question), {"Content-Type": "application/json"}).ok()[
        "series"
    ]


def points(series: dict) -> list[Point]:
    return [(p["timestamp"], p["step"], p["value"]) for p in series["points"]]


def log(wire: Wire, run_id: str, key: str, logged: list[Point]) -> None:
    for begin in range(0, len(logged), 1000):
        metrics = [{"key": key, "timestamp": t, "step": s, "value": v} for t, s, v in logged[begin : begin + 1000]]
        assert wire.post("runs/log-batch", {"run_id": run_id, "metrics": metrics}).ok() == {}


def history(wire: Wire, run_id: str, key: str) -> list[Point]:
    found: list[Point] = []
    more = ""
    while True:
        page = wire.send("GET", f"/api/v1/runs/{run_id}/metrics/{key}?limit=5000{more}").ok()
        found += points(page)
        if not page["next"]:
            return found
        more = f"&cursor={page['next']}"


def reduced(history: list[Point], axis: int, most: int) -> list[Point]:
    """What is kept, by the rule that docs/api.md tells."""
    ordered = sorted(history, key=lambda p: (p[axis], p[0], p[1], 0.0 if p[2] == "NaN" else float(p[2]), p[2] == "NaN"))
    if len(ordered) <= most:
        return ordered
    finite = [not isinstance(p[2], str) for p in ordered]
    low, high = ordered[0][axis], ordered[-1][axis]
    width = (high - low) // ((most - 2) // (2 if all(finite) else 5)) + 1
    kept = {0, len(ordered) - 1}
    parts: dict[int, list[int]] = {}
    for number, point in enumerate(ordered):
        parts.setdefault((point[axis] - low) // width, []).append(number)
    for part in parts.values():
        numbers = [n for n in part if finite[n]]
        if numbers:
            kept.add(min(numbers, key=lambda n: (ordered[n][2], n)))
            kept.add(min(numbers, key=lambda n: (-ordered[n][2], n)))
        for kind in ("NaN", "Infinity", "-Infinity"):
            kept.update([n for n in part if ordered[n][2] == kind][:1])
    return [ordered[number] for number in sorted(kept)]


def training(seed: int, count: int, odd: bool = False) -> list[Point]:
    chance = random.Random(seed)
    now = START
    made: list[Point] = []
    for number in range(count):
        now += chance.choice([0, 1, 50, 51])
        value: object = chance.gauss(0, 1)
        step = number * 2
        if odd:
            value = chance.choice([value, value, value, round(float(value)), "NaN", "Infinity", "-Infinity"])
            step = chance.choice([step, step, -step, step + 2_000_000])
        made.append((now, step, value))
    return made


@pytest.mark.parametrize("odd", [False, True], ids=["ordinary", "odd"])
@pytest.mark.parametrize("most", [12, 100, 1000])
def test_a_series_is_its_history_reduced(wire: Wire, run_id: str, odd: bool, most: int) -> None:
    log(wire, run_id, "loss", training(most, 390 if odd else 1200, odd))
    full = history(wire, run_id, "loss")
    by_time = ask(wire, [run_id], "loss", axis="time", max_points=most)[0]
    assert points(by_time) == reduced(full, 0, most)
    assert by_time["reduced"] == (len(full) > most)
    by_step = ask(wire, [run_id], "loss", axis="step", max_points=most)[0]
    if odd or 4 * most >= len(full):  # short enough to be read as it is
        assert points(by_step) == reduced(full, 1, most)
    else:
        values = [p[2] for p in points(by_step)]
        assert set(points(by_step)) <= set(full) and len(values) <= most
        assert min(values) == min(p[2] for p in full) and max(values) == max(p[2] for p in full)
        assert points(by_step)[0] == full[0] and points(by_step)[-1] == full[-1]


def test_what_was_just_logged_is_there(wire: Wire, run_id: str) -> None:
    logged = training(5, 3000)
    for begin in range(0, 3000, 300):
        log(wire, run_id, "loss", logged[begin : begin + 300])
        for axis in ("step", "time", "relative_time"):
            found = points(ask(wire, [run_id], "loss", axis=axis, max_points=50)[0])
            values = [p[2] for p in logged[: begin + 300]]
            assert found[-1] == logged[begin + 299]
            assert max(p[2] for p in found) == max(values) and min(p[2] for p in found) == min(values)
    late = (logged[1000][0] + 1, logged[1000][1] + 1, 99.0)
    log(wire, run_id, "loss", [late])
    for axis in ("step", "time"):
        assert late in points(ask(wire, [run_id], "loss", axis=axis, max_points=50)[0])


def test_ranges(wire: Wire, new_run: Callable[..., str], experiment_id: str) -> None:
    run_id = new_run(experiment_id, start_time=START)
    logged = training(6, 500)
    log(wire, run_id, "loss", logged)
    by_step = points(ask(wire, [run_id], "loss", **{"from": 100, "to": 200})[0])
    assert by_step == [p for p in logged if 100 <= p[1] < 200]
    relative = ask(wire, [run_id], "loss", axis="relative_time", **{"from": 1000, "to": 5000})[0]["points"]
    assert [p["relative_time"] for p in relative] == [p[0] - START for p in logged if 1000 <= p[0] - START < 5000]
    assert ask(wire, [run_id], "loss", axis="time", to=START)[0]["points"] == []


def test_many_at_once(wire: Wire, new_run: Callable[..., str], experiment_id: str) -> None:
    runs = [new_run(experiment_id) for _ in range(40)]
    for number, run_id in enumerate(runs):
        log(wire, run_id, "a", [(START + number, number, number * 0.1)])
        log(wire, run_id, "b c/d", [(START, 0, "NaN"), (START, 10**12, "-Infinity")])
    found = ask(wire, runs, "b c/d", "none", "a", axis="step", max_points=100)
    assert [(s["run_id"], s["key"]) for s in found] == [(r, k) for r in runs for k in ("b c/d", "none", "a")]
    assert points(found[3 * 7]) == [(START, 0, "NaN"), (START, 10**12, "-Infinity")]
    assert points(found[3 * 7 + 1]) == []
    assert points(found[3 * 7 + 2]) == [(START + 7, 7, 7 * 0.1)]
    last = ask(wire, runs, "a", last=True)
    assert [points(s) for s in last] == [[(START + n, n, n * 0.1)] for n in range(40)]


def test_csv(wire: Wire, run_id: str) -> None:
    key = "val/loss: a b"
    log(wire, run_id, key, [(START, 1, 0.1), (START + 1, 2, "NaN"), (START + 2, -3, "Infinity")])
    question = json.dumps({"run_ids": [run_id], "keys": [key], "axis": "time"})
    for headers in ({"Accept": "text/csv"}, {"Accept": "text/csv, application/json;q=0.5"}):
        answer = wire.send("POST", "/api/v1/metrics/query", question, {"Content-Type": "application/json"} | headers)
        assert answer.status == 200
        rows = list(csv.reader(io.StringIO(answer.text, newline="")))
        assert rows[0] == ["run_id", "key", "timestamp", "step", "value"]
        assert rows[1] == [run_id, key, str(START), "1", "0.1"]
        assert math.isnan(float(rows[2][4])) and float(rows[3][4]) == math.inf


def test_mistakes_are_named(wire: Wire, run_id: str) -> None:
    for question, status, fragment in [
        ({"run_ids": [run_id]}, 400, "'keys' is missing"),
        ({"run_ids": [run_id], "keys": ["a"], "max_points": 11}, 400, "12 to 10000"),
        ({"run_ids": [run_id], "keys": [str(n) for n in range(100)], "max_points": 10_000}, 400, "250000"),
        ({"run_ids": [run_id], "keys": ["a"], "axis": "depth"}, 400, "'axis' is one of"),
        ({"run_ids": ["nope"], "keys": ["a"]}, 404, "nope"),
    ]:
        headers = {"Content-Type": "application/json"}
        answer = wire.send("POST", "/api/v1/metrics/query", json.dumps(question), headers)
        assert answer.status == status
        assert fragment in answer.json()["detail"]
