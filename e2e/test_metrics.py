"""Metric histories come back exactly: every distinct (timestamp, step, value), an exact repeat once."""

from __future__ import annotations

import json
import math
import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor

import mlflow
import pytest
from mlflow.entities import Metric
from wire import Wire

HUGE = sys.float_info.max  # what MLflow answers for an infinity
LONG = 2**63 - 1
NOW = 1_700_000_000_000
Point = tuple[int, int, object]  # timestamp, step, value as the wire has it


def log(wire: Wire, run_id: str, key: str, points: list[Point]) -> None:
    for start in range(0, len(points), 1000):
        metrics = [{"key": key, "timestamp": t, "step": s, "value": v} for t, s, v in points[start : start + 1000]]
        assert wire.post("runs/log-batch", {"run_id": run_id, "metrics": metrics}).ok() == {}


def history(wire: Wire, run_id: str, key: str, **query: object) -> list[Point]:
    found = wire.get("metrics/get-history", run_id=run_id, metric_key=key, **query).ok()
    for metric in found.get("metrics", []):
        assert metric["key"] == key
        assert type(metric["timestamp"]) is int and type(metric["step"]) is int  # numbers, not texts
    return [(m["timestamp"], m["step"], m["value"]) for m in found.get("metrics", [])]


def latest(wire: Wire, run_id: str) -> dict[str, Point]:
    data = wire.get("runs/get", run_id=run_id).ok()["run"]["data"]
    return {m["key"]: (m["timestamp"], m["step"], m["value"]) for m in data.get("metrics", [])}


def as_answered(value: object) -> object:
    """What MLflow's wire gives for a value logged."""
    number = float(value)  # type: ignore[arg-type]
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return math.copysign(HUGE, number)
    return number


def rank(point: Point) -> tuple[int, int, float]:
    """MLflow's order, in which NaN counts as 0."""
    return point[0], point[1], 0.0 if point[2] == "NaN" else point[2]


def expected(points: list[Point]) -> list[Point]:
    """The model: a set of (timestamp, step, value), in order."""
    return sorted({(t, s, as_answered(v)) for t, s, v in points}, key=rank)


def expected_latest(points: list[Point]) -> Point:
    return max(((s, t, as_answered(v)) for t, s, v in points), key=lambda p: rank((p[0], p[1], p[2])))


def same(found: list[Point], wanted: list[Point]) -> None:
    """Equal, where the order of points of equal rank (0 and NaN at one timestamp and step) is free."""
    assert [rank(p) for p in found] == [rank(p) for p in wanted]
    assert sorted(map(repr_of, found)) == sorted(map(repr_of, wanted))


def repr_of(point: Point) -> str:
    return repr((point[0], point[1], point[2] if point[2] == "NaN" else float(point[2]) + 0.0))  # -0.0 is 0.0


CASES: dict[str, list[Point]] = {
    "one point": [(NOW, 0, 0.5)],
    "many steps in one millisecond": [(NOW, step, step / 7) for step in range(2000)],
    "many values at one timestamp and step": [(NOW, 3, value / 3) for value in range(300)],
    "steps and values in one millisecond": [(NOW, s, s * 10 + v) for s in range(40) for v in range(3)],
    "same value at many timestamps": [(NOW + i, 0, 1.0) for i in range(50)],
    "timestamps falling while steps rise": [(NOW - i, i, i) for i in range(50)],
    "steps that differ by a million": [(NOW, 5 + 1_000_000 * i, i) for i in range(20)],
    "steps around the edges": [
        (NOW, s, 1.0) for s in (0, 1, 999_998, 999_999, 1_000_000, 1_000_001, 1_999_999, 2**31 - 1, 2**31, 2**53 + 1)
    ],
    "negative steps": [(NOW, -step, float(step)) for step in range(1, 50)] + [(NOW, -1_000_000, 1), (NOW, -999_999, 2)],
    "steps at the ends of a long": [(NOW, -LONG - 1, 1), (NOW, -LONG, 2), (NOW, LONG - 1, 3), (NOW, LONG, 4)],
    "step 5 in this millisecond, step 1000005 in the one before": [(NOW, 5, 1.0), (NOW - 1, 1_000_005, 1.0)],
    "timestamps of all ages": [
        (t, 1, 1.5)
        for t in (0, 1, 999, 1_700_000_000, NOW, 9_223_372_036_854, 9_223_372_036_855, 253_402_300_800_000, LONG - 1, LONG)
    ],
    "not a number": [(NOW, s, "NaN") for s in range(5)],
    "not a number beside numbers": [(NOW, 0, "NaN"), (NOW, 0, 0), (NOW, 0, 1), (NOW, 0, -1), (NOW, 1, "NaN")],
    "infinities": [(NOW, 0, "Infinity"), (NOW, 1, "-Infinity"), (NOW, 2, "Infinity"), (NOW, 3, 1)],
    "both infinities and NaN at one step": [(NOW, 0, "Infinity"), (NOW, 0, "-Infinity"), (NOW, 0, "NaN"), (NOW, 0, 7)],
    "infinities beside the greatest doubles, which they are answered as": [
        (NOW, 0, v) for v in ("Infinity", HUGE, "-Infinity", -HUGE, 0, math.nextafter(HUGE, 0))
    ]
    + [(NOW, 1, HUGE), (NOW, 1, "Infinity"), (NOW + 1, 1, HUGE)],
    "the smallest and greatest doubles": [
        (NOW, i, v)
        for i, v in enumerate(
            [5e-324, -5e-324, 2.2250738585072014e-308, 2.225073858507201e-308, 1e308, -1e308, HUGE, -HUGE]
        )
    ],
    "doubles that a float would round": [
        (NOW, i, v) for i, v in enumerate([0.1, 1 / 3, math.pi, 1e-7, 16_777_217.0, 2.0**53 - 1, 0.1 + 0.2, 1 + 2**-52])
    ],
    "neighbouring doubles at one step": [(NOW, 1, 0.3), (NOW, 1, math.nextafter(0.3, 1)), (NOW, 1, 0.1 + 0.2)],
    "whole numbers": [(NOW, i, i) for i in (0, 1, -1, 2**53)],
    "out of order": [(NOW + (i * 37) % 100, (i * 37) % 100, i) for i in range(100)],
}


@pytest.mark.parametrize("points", CASES.values(), ids=CASES.keys())
def test_history_is_exact(wire, run_id, points):
    log(wire, run_id, "m", points)
    same(history(wire, run_id, "m"), expected(points))
    step, timestamp, value = expected_latest(points)
    assert latest(wire, run_id) == {"m": (timestamp, step, value)}


@pytest.mark.parametrize("points", CASES.values(), ids=CASES.keys())
def test_history_stays_the_same_when_all_is_sent_again(wire, run_id, points):
    shuffled = random.Random(1).sample(points, len(points))
    for again in (points, points, shuffled):
        log(wire, run_id, "m", again)
    same(history(wire, run_id, "m"), expected(points))


def test_points_one_by_one_equal_points_in_a_batch(wire, experiment_id, new_run):
    points = CASES["not a number beside numbers"] + CASES["infinities"] + CASES["steps around the edges"]
    one_by_one, batched = new_run(experiment_id), new_run(experiment_id)
    for timestamp, step, value in points:
        body = {"run_id": one_by_one, "key": "m", "value": value, "timestamp": timestamp, "step": step}
        assert wire.post("runs/log-metric", body).ok() == {}
    log(wire, batched, "m", points)
    same(history(wire, one_by_one, "m"), expected(points))
    same(history(wire, batched, "m"), expected(points))


def test_repeat_within_one_batch_is_held_once(wire, run_id):
    log(wire, run_id, "m", [(NOW, 1, 2.0)] * 500)
    assert history(wire, run_id, "m") == [(NOW, 1, 2.0)]


def test_negative_zero_is_zero(wire, run_id):
    log(wire, run_id, "m", [(NOW, 0, -0.0), (NOW, 1, 0.0)])
    log(wire, run_id, "m", [(NOW, 0, 0.0), (NOW, 1, -0.0)])
    assert history(wire, run_id, "m") == [(NOW, 0, 0.0), (NOW, 1, 0.0)]


def test_not_a_number_equals_itself_but_not_zero(wire, run_id):
    for _ in range(3):
        log(wire, run_id, "m", [(NOW, 0, "NaN"), (NOW, 0, 0.0)])
    assert sorted(str(value) for _, _, value in history(wire, run_id, "m")) == ["0.0", "NaN"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1.5", 1, 1.5, -2, 1e308])
def test_value_may_be_a_number_or_its_text(wire, run_id, value):
    body = {"run_id": run_id, "key": "m", "value": value, "timestamp": str(NOW), "step": "7"}
    wire.post("runs/log-metric", body).ok()
    assert history(wire, run_id, "m") == [(NOW, 7, as_answered(value))]


def test_step_is_zero_unless_given(wire, run_id):
    wire.post("runs/log-metric", {"run_id": run_id, "key": "m", "value": 1, "timestamp": NOW}).ok()
    wire.post("runs/log-batch", {"run_id": run_id, "metrics": [{"key": "n", "value": 1, "timestamp": NOW}]}).ok()
    wire.post("runs/log-metric", {"run_id": run_id, "key": "o", "value": 1, "timestamp": NOW, "step": None}).ok()
    assert [history(wire, run_id, key) for key in "mno"] == [[(NOW, 0, 1.0)]] * 3


# --- names ---

KEYS = [
    "time",
    "_time",
    "_field",
    "_measurement",
    "key",
    "run",
    "run_id",
    "step",
    "value",
    "timestamp",
    "name",
    "tag",
    "select",
    "e0",
    "0",
    "-",
    "a b",
    " lead and trail ",
    "a.b/c:d-e_f",
    "train/loss",
    "Loss",
    "loss",
    "LOSS",
    "größe",
    "x² ½ Ⅷ ٣",
    "日本語",
    "потеря",
    "ضرر",
    "k" * 250,
    "ж" * 250,
]


def test_every_name_has_a_history_of_its_own(wire, run_id):
    # Infinities and a million in the step, so that a name is met in every shape that a store may keep points in.
    points = [(NOW, 0, 0.0), (NOW, 1_000_000, 1.0), (NOW + 1, 1, "NaN"), (NOW + 1, 1, "Infinity")]
    metrics = [
        {"key": key, "timestamp": t, "step": s + n, "value": v} for n, key in enumerate(KEYS) for t, s, v in points
    ]
    wire.post("runs/log-batch", {"run_id": run_id, "metrics": metrics}).ok()
    for n, key in enumerate(KEYS):
        wanted = expected([(t, s + n, v) for t, s, v in points])
        same(history(wire, run_id, key), wanted)
    assert set(latest(wire, run_id)) == set(KEYS)


@pytest.mark.parametrize("key", KEYS, ids=ascii)
def test_name_does_not_disturb_another_name_or_run(wire, experiment_id, new_run, key):
    one, other = new_run(experiment_id), new_run(experiment_id)
    log(wire, one, "other", [(NOW, 0, 1.0)])
    log(wire, one, key, [(NOW, 0, 2.0), (NOW + 5, 1, 3.0)])
    log(wire, other, "other", [(NOW, 0, 4.0)])
    assert history(wire, one, "other") == [(NOW, 0, 1.0)]
    assert history(wire, one, key) == [(NOW, 0, 2.0), (NOW + 5, 1, 3.0)]
    assert history(wire, other, "other") == [(NOW, 0, 4.0)]
    assert history(wire, other, key) == []


@pytest.mark.parametrize("key", ["gro\u0308ße", "a\u203fb", "a\u200db", "🚀", "a\u00a0b", "a,b", "a=b", "a%b", "a\"b", "a+b"])
def test_name_of_other_than_letters_digits_and_a_few_signs_is_refused(wire, run_id, key):
    wire.post("runs/log-metric", {"run_id": run_id, "key": key, "value": 1, "timestamp": 1}).refused(
        400,
        "INVALID_PARAMETER_VALUE",
        "for parameter 'name' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), "
        "periods (.), spaces ( ), colon(:) and slashes (/).",
    )


def test_name_is_not_a_pattern_or_a_query(wire, run_id):
    log(wire, run_id, "m", [(NOW, 0, 1.0)])
    for key in ("m*", "M", "%", "_", "/m/", "m' OR '1'='1", 'm"; DROP DATABASE fourfold --', "m\n", "m,x=1", "$where"):
        assert history(wire, run_id, key) == []
    assert history(wire, run_id, "m") == [(NOW, 0, 1.0)]


def test_runs_do_not_see_each_other(wire, experiment_id, new_run):
    runs = [new_run(experiment_id) for _ in range(5)]
    for n, run in enumerate(runs):
        log(wire, run, "m", [(NOW, 0, n), (NOW, 1, "NaN" if n % 2 else n), (NOW, -1, n)])
    for n, run in enumerate(runs):
        same(history(wire, run, "m"), expected([(NOW, -1, n), (NOW, 0, n), (NOW, 1, "NaN" if n % 2 else n)]))


def test_thousands_of_names_in_one_run(wire, run_id):
    count = 6000
    for start in range(0, count, 1000):
        metrics = [
            {"key": f"layer{i}/norm", "value": i / 8, "timestamp": NOW, "step": i % 3} for i in range(start, start + 1000)
        ]
        wire.post("runs/log-batch", {"run_id": run_id, "metrics": metrics}).ok()
    assert latest(wire, run_id) == {f"layer{i}/norm": (NOW, i % 3, i / 8) for i in range(count)}
    for i in (0, 1, 2500, 4999, 5999):
        assert history(wire, run_id, f"layer{i}/norm") == [(NOW, i % 3, i / 8)]


def test_unknown_name_or_run_has_an_empty_history(wire, run_id):
    assert wire.get("metrics/get-history", run_id=run_id, metric_key="absent").ok() == {}
    assert wire.get("metrics/get-history", run_id="0" * 32, metric_key="m").ok() == {}


def test_deleted_run_keeps_its_history(wire, run_id):
    log(wire, run_id, "m", [(NOW, 0, 1.0)])
    wire.post("runs/delete", {"run_id": run_id}).ok()
    assert history(wire, run_id, "m") == [(NOW, 0, 1.0)]
    wire.post("runs/restore", {"run_id": run_id}).ok()
    log(wire, run_id, "m", [(NOW, 1, 2.0)])
    assert history(wire, run_id, "m") == [(NOW, 0, 1.0), (NOW, 1, 2.0)]


# --- pages ---


@pytest.mark.parametrize("size", [1, 7, 50, 99, 100, 101, 25_000])
def test_pages_join_to_the_whole(wire, run_id, size):
    points = [(NOW + i // 30, i % 30, v) for i in range(48) for v in (i / 2, "NaN")] + [(NOW, -1, 5), (NOW, 2**40, 6)]
    points += [(NOW, 3, "Infinity"), (NOW + 9, 0, -3)]
    log(wire, run_id, "m", [*points, (NOW, 3, HUGE)])  # the same as the infinity
    whole = history(wire, run_id, "m")
    assert len(whole) == 100
    seen, token, pages = [], None, 0
    while pages == 0 or token:
        query = {"run_id": run_id, "metric_key": "m", "max_results": size, **({"page_token": token} if token else {})}
        page = wire.get("metrics/get-history", **query).ok()
        seen += [(m["timestamp"], m["step"], m["value"]) for m in page["metrics"]]
        assert len(page["metrics"]) == min(size, 100 - pages * size)
        token, pages = page.get("next_page_token"), pages + 1
    assert seen == whole
    assert pages == -(-100 // size)  # no token where nothing follows


def test_long_history_by_the_client(wire, client, run_id):
    points = [(NOW + i // 4, i, math.sin(i)) for i in range(60_000)]
    log(wire, run_id, "m", points)
    found = client.get_metric_history(run_id, "m")  # asks for 25,000 a page
    assert [(m.timestamp, m.step, m.value) for m in found] == points


@pytest.mark.parametrize(
    ("query", "fragment"),
    [
        ({"max_results": 0}, "Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer."),
        ({"max_results": -1}, "Invalid value -1 for parameter 'max_results' supplied."),
        ({"page_token": "zzz", "max_results": 3}, ""),  # tokens are opaque, and so is what is wrong with them
        ({"page_token": "zzz"}, ""),
    ],
)
def test_page_that_cannot_be_is_refused(wire, run_id, query, fragment):
    wire.get("metrics/get-history", run_id=run_id, metric_key="m", **query).refused(
        400, "INVALID_PARAMETER_VALUE", fragment
    )


@pytest.mark.fourfold_only
@pytest.mark.parametrize("size", ["abc", "1.5", "9223372036854775808", "99999999999"])
def test_page_size_that_is_no_whole_number_is_refused(wire, run_id, size):
    wire.get("metrics/get-history", run_id=run_id, metric_key="m", max_results=size).refused(
        400, "INVALID_PARAMETER_VALUE"
    )


# --- the latest value ---


@pytest.mark.parametrize(
    ("points", "wanted"),
    [
        ([(9, 1, 1), (5, 2, 2)], (5, 2, 2.0)),  # the step decides first
        ([(5, 2, 2), (9, 1, 1)], (5, 2, 2.0)),
        ([(5, 1, 1), (9, 1, 0)], (9, 1, 0.0)),  # then the timestamp
        ([(9, 1, 0), (5, 1, 1)], (9, 1, 0.0)),
        ([(5, 1, 3), (5, 1, 2)], (5, 1, 3.0)),  # then the value
        ([(5, 1, 2), (5, 1, 3)], (5, 1, 3.0)),
        ([(5, 0, -1), (5, 0, "NaN")], (5, 0, "NaN")),  # NaN counts as 0
        ([(5, 0, "NaN"), (5, 0, 1)], (5, 0, 1.0)),
        ([(5, 0, "NaN"), (5, 0, -1)], (5, 0, "NaN")),
        ([(5, 0, 1), (5, 1, "NaN")], (5, 1, "NaN")),
        ([(5, 0, "Infinity"), (5, 0, 1e300)], (5, 0, HUGE)),
        ([(5, 0, "-Infinity"), (5, 0, -1e300)], (5, 0, -1e300)),
        ([(5, -3, 1), (5, -2, 0)], (5, -2, 0.0)),
        ([(5, -(2**63), 1), (4, 2**63 - 1, 0)], (4, 2**63 - 1, 0.0)),
        ([(0, 0, 1)], (0, 0, 1.0)),
    ],
)
@pytest.mark.parametrize("by", ["one batch", "a batch each"])
def test_latest_is_the_greatest_by_step_timestamp_value(wire, run_id, points, wanted, by):
    if by == "one batch":
        log(wire, run_id, "m", points)
    else:
        for point in points:
            log(wire, run_id, "m", [point])
    assert latest(wire, run_id) == {"m": wanted}
    experiment_id = wire.get("runs/get", run_id=run_id).ok()["run"]["info"]["experiment_id"]
    (found,) = wire.post("runs/search", {"experiment_ids": [experiment_id]}).ok()["runs"]
    assert found["data"]["metrics"] == [{"key": "m", "timestamp": wanted[0], "step": wanted[1], "value": wanted[2]}]


# --- you read what you wrote, and a retry changes nothing ---


def test_every_point_is_in_the_next_history(wire, run_id):
    points: list[Point] = []
    for n in range(40):
        new = [(NOW + n, n, n / 10), (NOW + n, n, n / 10 + 1), (NOW, -n - 1, "NaN")]
        log(wire, run_id, "m", new)
        points += new
        assert len(history(wire, run_id, "m")) == len(points)
    same(history(wire, run_id, "m"), expected(points))


def test_concurrent_repeats_leave_one_copy(wire, run_id):
    points = [(NOW, s, v) for s in range(20) for v in (s, s + 0.5, "NaN")] + [(NOW, -5, 1), (NOW, 2**50, 2)]
    with ThreadPoolExecutor(10) as pool:
        for done in [pool.submit(log, wire, run_id, "m", points) for _ in range(20)]:
            done.result()
    same(history(wire, run_id, "m"), expected(points))


SEEDS = [int(os.environ["E2E_SEED"])] if "E2E_SEED" in os.environ else [11, 23, 42]


@pytest.mark.parametrize("seed", SEEDS)
def test_random_history_equals_the_model(wire, run_id, seed):
    chance = random.Random(seed)
    times = [NOW, NOW + 1, NOW + 2, 0, NOW * 40, LONG]
    steps = [0, 1, 2, 999_999, 1_000_000, 1_000_001, -1, -1_000_000, 2**40, LONG, -LONG - 1]
    values: list[object] = [0, 1, -1, 0.1, 1 / 3, 5e-324, 1e308, "NaN", "Infinity", "-Infinity"]
    logged: dict[str, list[Point]] = {key: [] for key in ("a", "time", "x y")}
    for _ in range(30):
        batch = []
        for _ in range(chance.randint(1, 60)):
            key = chance.choice(list(logged))
            point = (chance.choice(times), chance.choice([*steps, chance.randint(0, 500)]), chance.choice(values))
            if logged[key] and chance.random() < 0.2:
                point = chance.choice(logged[key])  # a repeat
            logged[key].append(point)
            batch.append({"key": key, "timestamp": point[0], "step": point[1], "value": point[2]})
        wire.post("runs/log-batch", {"run_id": run_id, "metrics": batch}).ok()
    for key, points in logged.items():
        same(history(wire, run_id, key), expected(points))
        step, timestamp, value = expected_latest(points)
        found = latest(wire, run_id)[key]
        assert rank((found[1], found[0], found[2])) == rank((step, timestamp, value))


def sampled(points: list[Point], most: int) -> list[Point]:
    """What MLflow chooses for a chart: the first point of each of as many equal parts, and the last of all."""
    ordered = sorted(points, key=lambda p: (p[1], rank(p)))
    if len(ordered) <= most:
        return ordered
    chosen, left = [], ordered
    for parts in range(most, 0, -1):
        chosen.append(left[0])
        left = left[-(-len(left) // parts) :]
    return [*chosen[:-1], ordered[-1]]


@pytest.mark.parametrize("seed", [seed + 1 for seed in SEEDS])
def test_random_writes_and_retries_are_the_same_by_every_way_of_reading(wire, client, experiment_id, new_run, seed):
    chance = random.Random(seed)
    runs = sorted(new_run(experiment_id) for _ in range(3))
    keys = ["time", "a/b", "_field", "x y", "ж"]
    times = [0, 1, NOW, NOW + 1, NOW + 2, 2**42 - 1, 2**42, 2**42 + 1, NOW * 1000, NOW * 1_000_000, LONG - 1, LONG]
    steps = [-1, -1_000_000, 999_999, 1_000_000, 1_000_001, 2**53 + 1, LONG, -LONG - 1]
    values: list[object] = [
        *(0, -0.0, 1, -1, 0.1, 1 / 3, math.nextafter(0.1, 1), 5e-324, -5e-324, 2.225073858507201e-308),
        *(1e21, 1e22, 1e23, 2.0**53 - 1, math.nextafter(HUGE, 0), "NaN", "NaN", "Infinity", "-Infinity"),
    ]
    logged: dict[str, dict[str, list[Point]]] = {run: {key: [] for key in keys} for run in runs}
    sent: list[tuple[str, dict]] = []
    for _ in range(40):
        run = chance.choice(runs)
        if sent and chance.random() < 0.3:  # the answer got lost: all of a request again, or a part of it
            route, body = chance.choice(sent)
            if route == "runs/log-batch":
                metrics = body["metrics"]
                body = body | {"metrics": chance.sample(metrics, chance.randint(1, len(metrics)))}
            assert wire.post(route, body).ok() == {}
            continue
        metrics = []
        for _ in range(chance.choice([1, 5, 40])):
            key = chance.choice(keys)
            point = (chance.choice(times), chance.choice([*steps, *range(8)]), chance.choice(values))
            if key == "time":
                point = (NOW, chance.randint(0, 300), chance.random())
            logged[run][key].append(point)
            metrics.append({"key": key, "timestamp": point[0], "step": point[1], "value": point[2]})
        if len(metrics) == 1:
            request = ("runs/log-metric", {"run_id": run, **metrics[0]})
        else:
            request = ("runs/log-batch", {"run_id": run, "metrics": metrics})
        assert wire.post(*request).ok() == {}
        sent.append(request)

    ajax = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"
    for key in keys:
        every: list[tuple[str, Point]] = []
        for run in runs:
            wanted = expected(logged[run][key])
            every += [(run, point) for point in wanted]
            size, pages, token = chance.randint(1, len(wanted) + 2), [], None
            while not pages or token:
                query = {"run_id": run, "metric_key": key, "max_results": size}
                page = wire.get("metrics/get-history", **query, **({"page_token": token} if token else {})).ok()
                pages.append([(m["timestamp"], m["step"], m["value"]) for m in page.get("metrics", [])])
                token = page.get("next_page_token")
            same([point for page in pages for point in page], wanted)
            assert all(len(page) == size for page in pages[:-1])
            by_client = client.get_metric_history(run, key)
            same([(m.timestamp, m.step, "NaN" if math.isnan(m.value) else m.value) for m in by_client], wanted)
            if wanted:
                step, timestamp, value = expected_latest(logged[run][key])
                found = latest(wire, run)[key]
                assert rank((found[1], found[0], found[2])) == rank((step, timestamp, value))
        for size in (1, chance.randint(1, len(every) + 1), 25_000):
            bulk = wire.get(ajax, run_id=runs, metric_key=key, max_results=size).json()["metrics"]
            found = [
                (m["run_id"], (m["timestamp"], m["step"], "NaN" if math.isnan(m["value"]) else m["value"])) for m in bulk
            ]
            # NaN and 0 of one step may come in either order, and so one of them be the last that fits.
            assert [(run, rank(point)) for run, point in found] == [(run, rank(point)) for run, point in every[:size]]
        for most in (1, chance.randint(2, 9), 2500):
            start, end = sorted(chance.choice([-LONG - 1, -2, 0, 3, 200, 2**53, LONG]) for _ in range(2))
            bounds = {} if start == end else {"start_step": start, "end_step": end}
            answer = wire.get(
                ajax + "-interval", run_ids=runs, metric_key=key, max_results=most, **bounds
            ).ok()
            for run in runs:
                wanted = [p for p in expected(logged[run][key]) if not bounds or start <= p[1] <= end]
                found = [
                    (m["timestamp"], m["step"], m["value"]) for m in answer.get("metrics", []) if m["run_id"] == run
                ]
                assert [rank(p) for p in found] == [rank(p) for p in sampled(wanted, most)]


# --- MLflow's client ---


def test_client_reads_what_python_logged(client, tracking):
    values = [0.1, math.nan, math.inf, -math.inf, 5e-324, -1e300, 3]
    with mlflow.start_run() as active:
        for step, value in enumerate(values):
            mlflow.log_metric("m", value, step=step, timestamp=NOW)
        mlflow.log_metrics({"n": 1, "o": 2.5}, step=3, timestamp=NOW)
    found = client.get_metric_history(active.info.run_id, "m")
    assert [m.step for m in found] == list(range(7)) and {m.timestamp for m in found} == {NOW}
    assert math.isnan(found[1].value)
    assert [m.value for m in found[2:]] == [HUGE, -HUGE, 5e-324, -1e300, 3.0]
    run = client.get_run(active.info.run_id)
    assert run.data.metrics == {"m": 3.0, "n": 1.0, "o": 2.5}


def test_client_logs_asynchronously(client, tracking):
    with mlflow.start_run() as active:
        for step in range(500):
            mlflow.log_metric("m", step / 2, step=step, timestamp=NOW, synchronous=False)
        mlflow.flush_async_logging()
    found = client.get_metric_history(active.info.run_id, "m")
    assert [(m.step, m.value) for m in found] == [(step, step / 2) for step in range(500)]


def test_client_logs_a_batch_of_thousands_by_parts(client, run_id):
    metrics = [Metric("m", i / 3, NOW, i) for i in range(3000)]
    for start in range(0, 3000, 1000):
        client.log_batch(run_id, metrics=metrics[start : start + 1000])
    assert [m.value for m in client.get_metric_history(run_id, "m")] == [i / 3 for i in range(3000)]


def test_answer_is_json_that_a_strict_parser_takes(wire, run_id):
    log(wire, run_id, "m", CASES["not a number beside numbers"] + CASES["infinities"])

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    for path in (f"metrics/get-history?run_id={run_id}&metric_key=m", f"runs/get?run_id={run_id}"):
        json.loads(wire.send("GET", f"/api/2.0/mlflow/{path}").body, parse_constant=refuse)


# --- values that a half-parsed body would lose ---


@pytest.mark.fourfold_only
@pytest.mark.parametrize(
    "field",
    [
        '"value": [1], "timestamp": 7',
        '"value": {"a": 1}, "timestamp": 7',
        '"value": "abc", "timestamp": 7',
        '"value": 1, "timestamp": 9223372036854775808',
        '"value": 1, "timestamp": "9223372036854775808"',
        '"value": 1, "timestamp": 1.5',
        '"value": 1, "timestamp": 1e400',
        '"value": 1, "timestamp": true',
        '"value": 1, "timestamp": 7, "step": 9223372036854775808',
        '"value": 1, "timestamp": 7, "step": -9223372036854775809',
        '"value": 1, "timestamp": 7, "step": 1.5',
        '"value": 1, "timestamp": 7, "step": "abc"',
        '"value": 1, "timestamp": 7, "step": [1]',
    ],
)
@pytest.mark.parametrize("route", ["log-metric", "log-batch"])
def test_number_that_does_not_fit_is_refused_not_bent(wire, run_id, field, route):
    metric = '"key": "m", ' + field
    good = '{"key": "m", "value": 1, "timestamp": 1, "step": 1}'
    body = (
        f'{{"run_id": "{run_id}", {metric}}}'
        if route == "log-metric"
        else f'{{"run_id": "{run_id}", "metrics": [{good}, {{{metric}}}]}}'
    )
    answer = wire.send("POST", f"/api/2.0/mlflow/runs/{route}", body, {"Content-Type": "application/json"})
    answer.refused(400, "INVALID_PARAMETER_VALUE")
    assert history(wire, run_id, "m") == []  # the good point of a refused batch is not kept either


@pytest.mark.fourfold_only
@pytest.mark.parametrize(("literal", "value"), [("1e400", HUGE), ("-1e400", -HUGE), ("1e-400", 0.0)])
def test_number_beyond_a_double_is_the_nearest_one(wire, run_id, literal, value):
    body = f'{{"run_id": "{run_id}", "key": "m", "value": {literal}, "timestamp": 7}}'
    wire.send("POST", "/api/2.0/mlflow/runs/log-metric", body, {"Content-Type": "application/json"}).ok()
    assert history(wire, run_id, "m") == [(7, 0, value)]


@pytest.mark.fourfold_only
@pytest.mark.parametrize(("literal", "value"), [("NaN", "NaN"), ("Infinity", HUGE), ("-Infinity", -HUGE)])
def test_bare_word_for_a_number_is_kept_as_meant_or_refused(wire, run_id, literal, value):
    """Not JSON, but what Python's json module writes for such numbers."""
    body = f'{{"run_id": "{run_id}", "key": "m", "value": {literal}, "timestamp": 7, "step": 3}}'
    answer = wire.send("POST", "/api/2.0/mlflow/runs/log-metric", body, {"Content-Type": "application/json"})
    assert answer.status in (200, 400), answer.text
    assert history(wire, run_id, "m") == ([(7, 3, value)] if answer.status == 200 else [])


@pytest.mark.fourfold_only
def test_whole_numbers_beyond_53_bits_are_exact(wire, run_id):
    steps = [2**53 + 1, 2**62 + 1, 2**63 - 1, -(2**53) - 1, -(2**63)]
    log(wire, run_id, "m", [(2**53 + 1, step, 1.0) for step in steps])
    assert history(wire, run_id, "m") == [(2**53 + 1, step, 1.0) for step in sorted(steps)]
