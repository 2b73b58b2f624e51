"""Features: `/api/v1/features`, and that every gateway reads what any has acknowledged while Redis forgets everything.

FLUSHALL needs E2E_DATA_DIR, the platform's folder, where the embedded Redis has its password; without it nothing is
flushed. The other gateway is at FOURFOLD_SECOND_URL; without it both are one.
"""

from __future__ import annotations

import base64
import json
import math
import os
import pathlib
import random
import socket
import struct
import threading
import time
import uuid

import pytest
from wire import Answer, Wire

pytestmark = pytest.mark.fourfold_only

FEATURES = "/api/v1/features"
SECONDS = 6
ROWS = 12
JSON = {"Content-Type": "application/json"}


def put(wire: Wire, view: str, **definition: object) -> Answer:
    body = {"entity": {"name": "driver", "type": "STRING"}} | definition
    return wire.send("PUT", f"{FEATURES}/{view}", json.dumps(body), JSON)


def push(wire: Wire, view: str, *rows: dict) -> Answer:
    return wire.post(f"{FEATURES}/{view}/push", {"rows": list(rows)})


def read(wire: Wire, view: str, *entities: object, **more: object) -> list[dict]:
    answer = wire.post(f"{FEATURES}/{view}/read", {"entities": list(entities)} | more).ok()
    assert answer["view"] == view and [row["entity"] for row in answer["entities"]] == list(entities)
    return answer["entities"]


def values(wire: Wire, view: str, *entities: object) -> list[dict | None]:
    return [row["values"] for row in read(wire, view, *entities)]


def flush(wire: Wire) -> bool:
    """Lets Redis forget everything, where this can reach it."""
    folder = os.environ.get("E2E_DATA_DIR")
    if not folder:
        return False
    password = (pathlib.Path(folder) / "redis" / "password").read_text().strip()
    (redis,) = [store for store in wire.send("GET", "/api/v1/health").json()["stores"] if store["part"] == "redis"]
    host, port = redis["where"].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"AUTH {password}\r\nFLUSHALL\r\n".encode())
        answer = b""
        while answer.count(b"\r\n") < 2:
            answer += connection.recv(100)
        assert answer == b"+OK\r\n+OK\r\n", answer
    return True


@pytest.fixture
def view() -> str:
    return "v" + uuid.uuid4().hex


@pytest.fixture
def other(wire: Wire) -> Wire:
    return Wire(os.environ.get("FOURFOLD_SECOND_URL", wire.url))


def test_values_of_every_type_come_back_from_either_store(wire: Wire, other: Wire, view: str) -> None:
    fields = [
        {"name": "b", "type": "BOOL"},
        {"name": "i", "type": "INT64"},
        {"name": "f", "type": "FLOAT64"},
        {"name": "s", "type": "STRING"},
        {"name": "y", "type": "BYTES"},
        {"name": "t", "type": "TIMESTAMP"},
        {"name": "e", "type": "FLOAT64[]", "max_length": 4},
        {"name": "ss", "type": "STRING[]", "max_length": 4},
    ]
    defined = put(wire, view, fields=fields, description="all of them").ok()
    assert defined["fields"] == fields and defined["usage"] == {"rows": 0, "bytes": 0}
    chance = random.Random(7)
    pushed = {}
    for number in range(40):
        bits = struct.unpack("<d", chance.randbytes(8))[0]
        pushed[f"d{number}"] = {
            "b": number % 2 == 0,
            "i": chance.randrange(-(2**63), 2**63),
            "f": bits if math.isfinite(bits) else 0.5,
            "s": "".join(chance.choices('aé😀",\\[]{} \n', k=12)),
            "y": base64.b64encode(chance.randbytes(number)).decode(),
            "t": 1_700_000_000_000 + number,
            "e": [-0.0, "NaN", "-Infinity", chance.gauss(0, 1)][: number % 5],
            "ss": ["]", '"', ",", ""][: number % 5],
        }
    rows = [{"entity": key, "event_time": 1_700_000_000_000, "values": row} for key, row in pushed.items()]
    assert push(wire, view, *rows).ok() == {"written": 40, "older": 0}
    assert push(wire, view, *rows).ok() == {"written": 40, "older": 0}
    # From PostgreSQL, then once more, from Redis where it is used; and again after Redis forgot.
    for gateway in (wire, other, wire, other):
        found = values(gateway, view, *pushed)
        assert found == list(pushed.values())
        assert all(math.copysign(1, row["e"][0]) == -1 for row in found if row["e"])
    flush(wire)
    assert values(other, view, *pushed) == list(pushed.values())
    some = read(wire, view, "d3", "nobody", "d3", fields=["t", "i"])
    assert some[0] == some[2] and list(some[0]["values"]) == ["t", "i"]
    assert some[1] == {"entity": "nobody", "found": False, "event_time": None, "values": None}


def test_rows_from_redis_come_in_one_piece_with_those_that_are_missing(wire: Wire, view: str) -> None:
    put(wire, view, fields=[{"name": "x", "type": "INT64"}]).ok()
    push(wire, view, *({"entity": str(n), "values": {"x": n}} for n in range(20))).ok()
    limit = time.monotonic() + 90
    stores = set()
    while "redis" not in stores:  # A gateway that has just started does not use the cache for a second.
        assert time.monotonic() < limit, stores
        answer = wire.post(f"{FEATURES}/{view}/read", {"entities": [str(n) for n in range(10)] + ["none"]})
        assert [row["found"] for row in answer.ok()["entities"]] == [True] * 10 + [False]
        stores.add(answer.headers["x-fourfold-store"])
    assert values(wire, view, *map(str, range(20))) == [{"x": n} for n in range(20)]
    push(wire, view, {"entity": "none", "values": {"x": -1}}, {"entity": "3", "values": {"x": 33}}).ok()
    assert values(wire, view, "none", "3", "4") == [{"x": -1}, {"x": 33}, {"x": 4}]
    assert wire.post(f"{FEATURES}/{view}/remove", {"entities": ["4", "nobody"]}).ok() == {"removed": 1}
    assert values(wire, view, "4", "5") == [None, {"x": 5}]


def test_changed_view_is_seen_by_every_gateway(wire: Wire, other: Wire, view: str) -> None:
    x, y = {"name": "x", "type": "INT64"}, {"name": "y", "type": "INT64"}
    put(wire, view, fields=[x, y]).ok()
    push(wire, view, {"entity": "a", "event_time": 1_700_000_000_000, "values": {"x": 1, "y": 2}}).ok()
    for gateway in (wire, other, wire, other):
        assert values(gateway, view, "a") == [{"x": 1, "y": 2}]
    put(other, view, fields=[x]).ok()
    assert values(wire, view, "a") == [{"x": 1}]
    put(wire, view, fields=[x, y | {"type": "STRING"}]).ok()
    assert values(other, view, "a") == [{"x": 1, "y": None}]
    put(wire, view, fields=[x], ttl_seconds=3600).ok()
    for gateway in (wire, other, wire):
        assert read(gateway, view, "a")[0]["found"] is False  # Expired long ago, in whichever store it still is.
    assert put(wire, view, fields=[x | {"type": "STRING"}]).status == 409
    assert wire.send("DELETE", f"{FEATURES}/{view}").status == 204
    assert other.post(f"{FEATURES}/{view}/read", {"entities": ["a"]}).status == 404
    put(wire, view, fields=[x]).ok()
    assert values(other, view, "a") == [None]


def test_late_and_odd_pushes_change_nothing(wire: Wire, view: str) -> None:
    put(wire, view, fields=[{"name": "x", "type": "INT64"}]).ok()
    assert push(wire, view, {"entity": "a", "event_time": 2000, "values": {"x": 2}}).ok()["written"] == 1
    assert push(wire, view, {"entity": "a", "event_time": 1000, "values": {"x": 1}}).ok() == {"written": 0, "older": 1}
    for row, words in (
        ({"entity": "b", "values": {"x": 1.5}}, "'x' is INT64"),
        ({"entity": "b", "values": {"z": 1}}, "no field 'z'"),
        ({"entity": "", "values": {}}, "driver"),
        ({"entity": "b", "values": {}, "time": 3}, "'time' is not known"),
    ):
        answer = push(wire, view, {"entity": "a", "event_time": 9000, "values": {"x": 9}}, row)
        assert answer.status == 400, answer.text
        assert words in answer.json()["detail"]
        answer.tells_nothing_of_its_insides()
    assert values(wire, view, "a", "b") == [{"x": 2}, None]


def test_full_view_refuses_or_evicts_its_oldest_rows(wire: Wire, view: str) -> None:
    fields = [{"name": "x", "type": "INT64"}]
    put(wire, view, fields=fields, max_rows=3).ok()
    push(wire, view, *({"entity": f"e{n}", "event_time": 1000 + n, "values": {"x": n}} for n in range(3))).ok()
    for _ in range(3):
        assert values(wire, view, "e0", "e1", "e2") == [{"x": 0}, {"x": 1}, {"x": 2}]
    late = {"entity": "late", "event_time": 500, "values": {"x": 7}}
    refused = push(wire, view, late)
    assert refused.status == 429 and "retry-after" in refused.headers and "is full" in refused.json()["detail"]
    put(wire, view, fields=fields, max_rows=3, when_full="evict").ok()
    assert push(wire, view, late).ok() == {"written": 1, "older": 0}
    for _ in range(3):
        assert values(wire, view, "e0", "e1", "e2", "late") == [None, {"x": 1}, {"x": 2}, {"x": 7}]
    shown = wire.send("GET", f"{FEATURES}/{view}").ok()
    assert shown["usage"]["rows"] == 3 and shown["usage"]["bytes"] == len("e1[1]e2[2]late[7]")
    listed = wire.send("GET", f"{FEATURES}?limit=1&cursor={view[:-1]}").ok()
    assert [one["name"] for one in listed["views"]] == [view] and listed["views"][0] == shown


def test_no_gateway_reads_older_than_acknowledged_while_redis_forgets(wire: Wire, other: Wire, view: str) -> None:
    put(wire, view, fields=[{"name": "n", "type": "INT64"}]).ok()
    seed = int(os.environ.get("E2E_SEED", random.SystemRandom().randrange(10**9)))
    print(f"seed {seed}")
    acknowledged, sent = [0] * ROWS, [0] * ROWS
    end = time.monotonic() + SECONDS
    broken: list[str] = []
    counts = {"reads": 0, "redis": 0, "flushes": 0}

    def write(writer: int) -> None:
        chance = random.Random(seed + writer)
        while time.monotonic() < end:
            mine = chance.sample(range(writer, ROWS, 2), 2)
            for row in mine:
                sent[row] += 1
            rows = [{"entity": f"e{row}", "event_time": 1_700_000_000_000 + sent[row], "values": {"n": sent[row]}} for row in mine]
            push(chance.choice((wire, other)), view, *rows).ok()
            for row in mine:
                acknowledged[row] = sent[row]
            time.sleep(chance.random() * 0.05)

    def ask(reader: int) -> None:
        chance = random.Random(seed + 100 + reader)
        while time.monotonic() < end:
            gateway = chance.choice((wire, other))
            some = chance.sample(range(ROWS), 6)
            before = [acknowledged[row] for row in some]
            answer = gateway.post(f"{FEATURES}/{view}/read", {"entities": [f"e{row}" for row in some]})
            for row, least, found in zip(some, before, answer.ok()["entities"], strict=True):
                number = found["values"]["n"] if found["found"] else 0
                if not least <= number <= sent[row]:
                    broken.append(f"e{row} at {gateway.url}: {number}, acknowledged {least}, sent {sent[row]}")
            counts["reads"] += 1
            counts["redis"] += answer.headers["x-fourfold-store"] == "redis"

    def forget() -> None:
        while time.monotonic() < end:
            counts["flushes"] += flush(wire)
            time.sleep(0.3)

    failures: list[BaseException] = []

    def guarded(work, *arguments: int) -> None:
        try:
            work(*arguments)
        except BaseException as e:  # Told by the test's own thread.
            failures.append(e)

    threads = [threading.Thread(target=guarded, args=(write, n)) for n in range(2)]
    threads += [threading.Thread(target=guarded, args=(ask, n)) for n in range(4)]
    threads.append(threading.Thread(target=guarded, args=(forget,)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(counts, acknowledged)
    assert not failures, failures
    assert not broken, broken[:5]
    assert min(acknowledged) > 0 and counts["reads"] > 0
    flush(wire)
    for gateway in (wire, other, wire):
        assert values(gateway, view, *(f"e{row}" for row in range(ROWS))) == [{"n": n} for n in acknowledged]
