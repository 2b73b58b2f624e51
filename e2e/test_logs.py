"""Training logs: `/api/v1/runs/{run_id}/logs`, which a plain MLflow server does not have."""

from __future__ import annotations

import json
import random
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest
from wire import Answer, Wire

pytestmark = pytest.mark.fourfold_only

START = 1_700_000_000_000_000_000
LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
NDJSON, ARRAY = "application/x-ndjson", "application/json"


def line(number: int, message: str = "", writer: str = "w1", **more: object) -> dict:
    """A line; its time rises with its number."""
    made = {
        "time": START + number * 1000,
        "stream": "stdout",
        "level": "INFO",
        "message": message or f"line {number}",
        "writer": writer,
        "sequence": number,
    }
    return {**made, **more}


def path(run_id: str, **query: object) -> str:
    return f"/api/v1/runs/{run_id}/logs" + (f"?{urlencode(query)}" if query else "")


def post_raw(wire: Wire, run_id: str, body: bytes | str, content_type: str = NDJSON) -> Answer:
    return wire.send("POST", path(run_id), body, {"Content-Type": content_type})


def post(wire: Wire, run_id: str, lines: list[dict], content_type: str = NDJSON) -> None:
    if content_type == NDJSON:
        body = "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in lines)
    else:
        body = json.dumps(lines)
    answer = post_raw(wire, run_id, body, content_type)
    assert 200 <= answer.status < 300, f"{answer.status} {answer.text[:500]}"


def page(wire: Wire, run_id: str, **query: object) -> dict:
    return wire.send("GET", path(run_id, **query)).ok()


def read(wire: Wire, run_id: str, limit: int = 1000, **query: object) -> list[dict]:
    """All pages."""
    lines: list[dict] = []
    cursor = query.pop("cursor", None)
    while True:
        found = page(wire, run_id, limit=limit, **query, **({"cursor": cursor} if cursor else {}))
        assert len(found["lines"]) <= limit
        lines += found["lines"]
        if not found.get("next"):
            return lines
        assert found["lines"] and found["next"] != cursor, "a page that leads nowhere"
        assert len(lines) < 100_000, "pages without an end"
        cursor = found["next"]


def messages(lines: list[dict]) -> list[str]:
    return [item["message"] for item in lines]


def identity(item: dict) -> tuple:
    return item["time"], item["writer"], item["stream"], item["sequence"]


@pytest.mark.parametrize("content_type", [NDJSON, ARRAY])
def test_lines_come_back_as_sent(wire, run_id, content_type):
    sent = [
        line(0, "plain"),
        line(1, "größe 日本 🚀 \u202e", level="ERROR", stream="training"),
        line(2, "several\nlines\r\nand\ttabs", level="WARN", rank=3),
        line(3, "  spaces kept  ", fields={"epoch": 7, "loss": 0.25, "nested": {"a": [1, None, "x"]}, "ok": True}),
        line(4, " "),
        line(5, '{"json": "inside"}', time=START + 5_123_456_789),
        line(6, "\x1b[31mred\x1b[0m", level="DEBUG"),
    ]
    post(wire, run_id, sent, content_type)
    found = read(wire, run_id)
    assert [{key: item.get(key) for key in made} for made, item in zip(sorted(sent, key=identity), found)] == sorted(
        sent, key=identity
    )
    assert len(found) == len(sent)


def test_time_is_exact_to_the_nanosecond(wire, run_id):
    times = [0, 1, START, START + 1, START + 999_999_999, 2**53 + 1, 2**63 - 1]
    post(wire, run_id, [line(n, time=t) for n, t in enumerate(times)])
    assert [item["time"] for item in read(wire, run_id)] == sorted(times)


def test_run_without_lines_has_an_empty_page(wire, run_id):
    found = page(wire, run_id)
    assert found["lines"] == [] and not found.get("next")


def test_empty_batch_is_taken(wire, run_id):
    post(wire, run_id, [], ARRAY)
    post(wire, run_id, [], NDJSON)
    assert read(wire, run_id) == []


def test_ndjson_may_have_blank_lines_and_no_last_newline(wire, run_id):
    body = "\n" + json.dumps(line(0)) + "\r\n\n" + json.dumps(line(1))
    assert post_raw(wire, run_id, body).status < 300
    assert messages(read(wire, run_id)) == ["line 0", "line 1"]


def test_lines_come_in_order_of_time_writer_stream_and_sequence(wire, run_id):
    sent = [
        line(n, f"{w}{s}{n}", writer=w, stream=s, time=START + n // 4)
        for n in range(20)
        for w in ("w2", "w1")
        for s in ("stderr", "stdout")
    ]
    shuffled = random.Random(3).sample(sent, len(sent))
    for start in range(0, len(shuffled), 7):
        post(wire, run_id, shuffled[start : start + 7])
    assert messages(read(wire, run_id, limit=9)) == messages(sorted(sent, key=identity))


@pytest.mark.parametrize("limit", [1, 7, 99, 100, 101, 10_000])
def test_pages_join_to_the_whole(wire, run_id, limit):
    post(wire, run_id, [line(n, time=START + n // 10) for n in range(100)])
    lines, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        found = page(wire, run_id, limit=limit, **({"cursor": cursor} if cursor else {}))
        assert found["lines"], "an empty page after a cursor"
        lines, cursor, pages = lines + found["lines"], found.get("next"), pages + 1
    assert [item["sequence"] for item in lines] == list(range(100))
    assert pages == -(-100 // limit)


def test_cursor_goes_on_where_the_page_ended_while_lines_are_added(wire, run_id):
    post(wire, run_id, [line(n) for n in range(10)])
    first = page(wire, run_id, limit=5)
    post(wire, run_id, [line(n) for n in range(10, 20)])
    rest = read(wire, run_id, cursor=first["next"])
    assert [item["sequence"] for item in first["lines"] + rest] == list(range(20))


@pytest.mark.parametrize("level", LEVELS)
def test_level_is_the_least_grave(wire, run_id, level):
    post(wire, run_id, [line(n, level=LEVELS[n % 6]) for n in range(60)])
    found = read(wire, run_id, limit=7, level=level)
    assert {item["level"] for item in found} == set(LEVELS[LEVELS.index(level) :])
    assert len(found) == 10 * (6 - LEVELS.index(level))


@pytest.mark.parametrize(
    ("given", "kept"),
    [("WARNING", "WARN"), ("CRITICAL", "FATAL"), ("info", "INFO"), ("Error", "ERROR"), ("warn", "WARN")],
)
def test_level_of_pythons_logging_is_understood(wire, run_id, given, kept):
    post(wire, run_id, [line(0, level=given)])
    assert [item["level"] for item in read(wire, run_id)] == [kept]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("loss", [0, 1, 4]),
        ("LOSS", [0, 1, 4]),
        ("Loss is", [1]),
        ("größe", [2]),
        ("GRÖSSE", None),
        (".*", [3]),
        ("[a-z]+", [3]),
        ("(", [3]),
        ("$where", [5]),
        ('{"$gt": ""}', [5]),
        ("100%", [6]),
        ("a_b", [6]),
        ("\\", [7]),
        ("'; DROP", [7]),
        ("日本", [2]),
        ("no such text", []),
        ("line", []),
    ],
)
def test_text_is_found_as_it_is(wire, run_id, text, expected):
    if expected is None:
        return  # how ß is folded is the store's matter
    sent = [
        "the loss",
        "Loss is 0.5",
        "eine größe 日本",
        "a regex .* [a-z]+ (",
        "epoch 3 LOSSES",
        'a query $where {"$gt": ""}',
        "100% of a_b",
        "a path C:\\x '; DROP",
    ]
    post(wire, run_id, [line(n, text_of) for n, text_of in enumerate(sent)])
    assert [item["sequence"] for item in read(wire, run_id, limit=2, q=text)] == expected


def test_text_and_level_go_together_over_pages(wire, run_id):
    post(
        wire, run_id, [line(n, f"epoch {n % 5}", level=LEVELS[n % 6], time=START + n // 3) for n in range(300)]
    )
    found = read(wire, run_id, limit=4, q="epoch 3", level="WARN")
    assert [item["sequence"] for item in found] == [n for n in range(300) if n % 5 == 3 and n % 6 >= 3]


def test_replay_adds_nothing(wire, run_id):
    lines = [line(n, writer=w, stream=s) for n in range(50) for w in ("a", "b") for s in ("stdout", "stderr")]
    for _ in range(3):
        post(wire, run_id, lines)
        post(wire, run_id, lines[30:90], ARRAY)
    found = read(wire, run_id)
    assert len(found) == 200
    assert {identity(item) for item in found} == {identity(item) for item in lines}


def test_concurrent_replays_leave_one_copy(wire, run_id):
    lines = [line(n) for n in range(200)]
    with ThreadPoolExecutor(10) as pool:
        for done in [pool.submit(post, wire, run_id, lines) for _ in range(20)]:
            done.result()
    assert [item["sequence"] for item in read(wire, run_id)] == list(range(200))


def test_first_of_two_lines_with_one_identity_stays(wire, run_id):
    post(wire, run_id, [line(0, "first")])
    post(wire, run_id, [line(0, "second"), line(1, "other")])
    assert messages(read(wire, run_id)) == ["first", "other"]


def test_every_line_is_in_the_next_read(wire, run_id):
    for n in range(40):
        post(wire, run_id, [line(n)])
        assert len(read(wire, run_id)) == n + 1


def test_writers_in_parallel_lose_nothing(wire, run_id):
    writers = [uuid.uuid4().hex for _ in range(8)]

    def write(writer: str) -> None:
        for start in range(0, 500, 50):
            post(wire, run_id, [line(n, writer=writer) for n in range(start, start + 50)])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, writers))
    found = read(wire, run_id)
    assert {(item["writer"], item["sequence"]) for item in found} == {(w, n) for w in writers for n in range(500)}
    assert len(found) == 4000


def test_runs_do_not_see_each_other(wire, experiment_id, new_run):
    one, other = new_run(experiment_id), new_run(experiment_id)
    post(wire, one, [line(0, "mine")])
    post(wire, other, [line(0, "yours")])
    assert (messages(read(wire, one)), messages(read(wire, other))) == (["mine"], ["yours"])


def test_long_line_is_kept_whole_and_a_longer_one_refused(wire, run_id):
    longest = "ä" * (512 * 1024)  # 1 MiB of UTF-8
    post(wire, run_id, [line(0, longest)])
    assert messages(read(wire, run_id)) == [longest]
    answer = post_raw(wire, run_id, json.dumps(line(1, longest + "x"), ensure_ascii=False))
    assert answer.status == 413, answer.text[:300]
    assert len(read(wire, run_id)) == 1


def test_line_with_nul_is_kept_equal_or_refused(wire, run_id):
    answer = post_raw(wire, run_id, json.dumps(line(0, "nul \x00 here")))
    assert answer.status in (200, 400), answer.text[:300]
    assert messages(read(wire, run_id)) == (["nul \x00 here"] if answer.status == 200 else [])


def test_many_lines_in_one_request(wire, run_id):
    lines = [line(n, f"line {n} " + "x" * 80) for n in range(10_000)]
    post(wire, run_id, lines)
    assert [item["sequence"] for item in read(wire, run_id, limit=10_000)] == list(range(10_000))


def test_fields_are_literal_whatever_their_names(wire, run_id):
    fields = {"$where": "1", "a.b": {"$gt": 1}, "": "empty", "_id": "x", "__proto__": 1, "🚀": [1.5, 2**53]}
    post(wire, run_id, [line(0, fields=fields)])
    assert read(wire, run_id)[0]["fields"] == fields


@pytest.mark.parametrize(
    "change",
    [
        {"message": None},
        {"message": 5},
        {"level": "LOUD"},
        {"level": 99},
        {"level": ["INFO"]},
        {"sequence": -1},
        {"sequence": "abc"},
        {"sequence": 1.5},
        {"sequence": 2**63},
        {"time": "abc"},
        {"time": 2**63},
        {"time": 1.5},
        {"rank": "x"},
        {"rank": 2**31},
        {"fields": "text"},
        {"fields": [1]},
        {"stream": ""},
        {"stream": "s" * 10_000},
        {"writer": ""},
        {"writer": "w" * 10_000},
        {"writer": "a\x00b"},
    ],
    ids=lambda change: json.dumps(change)[:40],
)
@pytest.mark.parametrize("content_type", [NDJSON, ARRAY])
def test_line_that_cannot_be_is_refused_with_its_whole_batch(wire, run_id, change, content_type):
    lines = [line(0), {**line(1), **change}]
    if content_type == NDJSON:
        body = "".join(json.dumps(item) + "\n" for item in lines)
    else:
        body = json.dumps(lines)
    answer = post_raw(wire, run_id, body, content_type)
    assert answer.status == 400, f"{answer.status} {answer.text[:300]}"
    answer.tells_nothing_of_its_insides()
    assert read(wire, run_id) == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("{", NDJSON),
        ("not json", NDJSON),
        (json.dumps(line(0)) + "\n{", NDJSON),
        (json.dumps(line(0)) + "\n5", NDJSON),
        (json.dumps(line(0)) + "\nnull", NDJSON),
        ("[", ARRAY),
        ("[5]", ARRAY),
        ("[null]", ARRAY),
        ("5", ARRAY),
        ("null", ARRAY),
        ('"x"', ARRAY),
        ("[" * 20_000, ARRAY),
        ("[" * 20_000 + "]" * 20_000, ARRAY),
        (json.dumps(line(0))[:-1] + ', "fields": ' + '{"a":' * 20_000 + "1" + "}" * 20_000 + "}", NDJSON),
        (b'{"message": "\xff\xfe"}', NDJSON),
        ('[{"message": "lone \\ud800"}]', ARRAY),
    ],
    ids=lambda body: repr(body)[:30],
)
def test_hostile_body_is_refused(wire, run_id, body, content_type):
    answer = post_raw(wire, run_id, body, content_type)
    assert answer.status == 400, f"{answer.status} {answer.text[:300]}"
    answer.tells_nothing_of_its_insides()
    assert read(wire, run_id) == []


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "text/html"])
def test_body_of_another_type_is_refused(wire, run_id, content_type):
    answer = post_raw(wire, run_id, json.dumps([line(0)]), content_type)
    assert answer.status in (400, 415), answer.text[:300]
    assert read(wire, run_id) == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": -1},
        {"limit": 10_001},
        {"limit": "abc"},
        {"limit": "1e3"},
        {"level": "LOUD"},
        {"cursor": "zzz"},
        {"cursor": "eyJvZmZzZXQiOiAxfQ=="},
        {"cursor": '{"$gt": ""}'},
    ],
    ids=str,
)
def test_query_that_cannot_be_is_refused(wire, run_id, query):
    post(wire, run_id, [line(0)])
    answer = wire.send("GET", path(run_id, **query))
    assert answer.status == 400, f"{answer.status} {answer.text[:300]}"
    answer.tells_nothing_of_its_insides()


@pytest.mark.parametrize("run", ["0" * 32, "no-such-run", "x%2Fy", "%2e%2e", "a%3Ab", "*", "x%0d%0ay", "%00"])
def test_unknown_run_is_not_found(wire, run):
    address = f"/api/v1/runs/{run}/logs"
    for answer in (
        wire.send("GET", address),
        wire.send("POST", address, json.dumps([line(0)]), {"Content-Type": ARRAY}),
    ):
        assert answer.status in ((404,) if run in ("0" * 32, "no-such-run") else (400, 404)), answer.text[:300]
        answer.tells_nothing_of_its_insides()


def test_deleted_run_keeps_its_lines(wire, run_id):
    post(wire, run_id, [line(0)])
    wire.post("runs/delete", {"run_id": run_id}).ok()
    assert messages(read(wire, run_id)) == ["line 0"]


def test_answer_names_the_store(wire, run_id):
    post(wire, run_id, [line(0)])
    assert wire.send("GET", path(run_id)).headers.get("x-fourfold-store")


def test_handler_of_the_examples_sends_its_records(wire, run_id, monkeypatch):
    import logging
    from pathlib import Path

    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent / "examples"))
    from fourfold_http import RunLogHandler

    handler = RunLogHandler(wire.url, run_id, batch=10)
    logger = logging.getLogger(f"e2e.{run_id}")
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.addHandler(handler)
    before = time.time_ns()
    for n in range(25):
        logger.warning("warning %d", n, extra={"fields": {"n": n}})
    logger.critical("the end")
    logger.removeHandler(handler)
    handler.close()
    found = read(wire, run_id)
    assert messages(found) == [f"warning {n}" for n in range(25)] + ["the end"]
    assert [item["fields"]["n"] for item in found[:25]] == list(range(25))
    assert {item["level"] for item in found} == {"WARN", "FATAL"}
    assert before - 1_000_000 <= found[0]["time"] <= time.time_ns()
    assert handler.accepted == 26


def test_lines_around_a_loss_spike(wire, run_id):
    """What was printed when the loss spiked: found by the step of the metric, whatever the lines say themselves."""
    second = 1_000_000_000
    losses = [0.9, 0.8, 55.5, 0.7, 0.6]
    lines = []
    for step, loss in enumerate(losses):
        at = START + step * 10 * second  # A step takes ten seconds.
        point = {"run_id": run_id, "key": "loss", "value": loss, "step": step, "timestamp": at // 1_000_000}
        assert wire.post("runs/log-metric", point).ok() == {}
        for part in range(4):
            text = "gradient overflow" if loss > 10 and part == 1 else f"step {step} part {part}"
            lines.append(line(4 * step + part, text, time=at + (part - 1) * second))
    post(wire, run_id, lines)
    history = wire.get("metrics/get-history", run_id=run_id, metric_key="loss").ok()["metrics"]
    spike = max(history, key=lambda point: point["value"])["step"]

    found = wire.send("GET", f"/api/v1/runs/{run_id}/logs/around?metric=loss&step={spike}&before=2&after=3").ok()
    assert found["time"] == START + 20 * second
    assert messages(found["lines"]) == [
        "step 1 part 3",
        "step 2 part 0",
        "gradient overflow",
        "step 2 part 2",
        "step 2 part 3",
    ]
    assert (found["before"], found["after"]) == (2, 3)
    same = wire.send("GET", f"/api/v1/runs/{run_id}/logs/around?time={found['time']}&before=2&after=3").ok()
    assert same == found
    # The pages on both sides go on from there.
    assert messages(page(wire, run_id, cursor=found["next"], limit=1)["lines"]) == ["step 3 part 0"]
    earlier = page(wire, run_id, cursor=found["previous"], order="newest", limit=1)
    assert messages(earlier["lines"]) == ["step 1 part 2"]
    assert wire.send("GET", f"/api/v1/runs/{run_id}/logs/around?metric=loss&step=9").status == 404


def test_lines_of_an_experiment_are_those_of_its_runs_and_are_counted(wire, new_run, experiment_id):
    one, other = new_run(experiment_id), new_run(experiment_id)
    post(wire, one, [line(0), line(1, level="ERROR")])
    post(wire, other, [line(2)])
    lines = wire.send("GET", f"/api/v1/experiments/{experiment_id}/logs").ok()["lines"]
    assert [(found["run_id"], found["time"]) for found in lines] == [
        (one, START), (one, START + 1000), (other, START + 2000)
    ]  # fmt: skip
    counted = wire.send("GET", f"/api/v1/experiments/{experiment_id}/logs/counts?by=run,level&interval=1h").ok()
    assert counted["lines"] == 3
    assert sorted((found["run_id"], found["level"], found["lines"]) for found in counted["counts"]) == sorted(
        [(one, "INFO", 1), (one, "ERROR", 1), (other, "INFO", 1)]
    )
    counted = wire.send("GET", f"/api/v1/runs/{one}/logs/counts?buckets=2&level=ERROR").ok()
    assert [(found["level"], found["lines"]) for found in counted["counts"]] == [("ERROR", 1)]
