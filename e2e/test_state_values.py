"""Values and counters that workers share: `/api/v1/state`, through two gateways where there are two (FOURFOLD_SECOND_URL)."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from wire import Answer, Wire

pytestmark = pytest.mark.fourfold_only

STATE = "/api/v1/state"


@pytest.fixture
def other(base_url: str) -> Wire:
    return Wire(os.environ.get("FOURFOLD_SECOND_URL", base_url).rstrip("/"))


@pytest.fixture
def namespace(wire: Wire) -> Iterator[str]:
    name = f"e2e-{uuid.uuid4()}"
    yield name
    wire.send("DELETE", f"{STATE}/{name}")


def put(wire: Wire, namespace: str, key: str, value: str, **more: object) -> Answer:
    body = json.dumps({"value": value} | more)
    return wire.send("PUT", f"{STATE}/{namespace}/values/{key}", body, {"Content-Type": "application/json"})


def get(wire: Wire, namespace: str, key: str) -> Answer:
    return wire.send("GET", f"{STATE}/{namespace}/values/{key}")


def remove(wire: Wire, namespace: str, key: str, query: str = "") -> Answer:
    return wire.send("DELETE", f"{STATE}/{namespace}/values/{key}{query}")


def add(wire: Wire, namespace: str, counter: str, **body: object) -> Answer:
    return wire.post(f"{STATE}/{namespace}/counters/{counter}/add", body)


def test_a_value_is_set_by_its_version_whichever_gateway_is_asked(wire: Wire, other: Wire, namespace: str) -> None:
    assert get(wire, namespace, "lr").status == 404
    first = put(wire, namespace, "lr", "0,1 é", version=0).ok()
    assert get(other, namespace, "lr").ok() == first == {"key": "lr", "value": "0,1 é", "version": first["version"]}
    assert put(other, namespace, "lr", "0,2", version=0).status == 409
    second = put(other, namespace, "lr", "0,2", version=first["version"]).ok()
    assert second["version"] > first["version"]
    assert put(wire, namespace, "lr", "0,3", version=first["version"]).status == 409
    assert remove(wire, namespace, "lr", f"?version={first['version']}").status == 409
    assert get(wire, namespace, "lr").ok() == second
    assert remove(wire, namespace, "lr", f"?version={second['version']}").ok() == {"removed": True}
    assert remove(other, namespace, "lr").ok() == {"removed": False}
    assert get(other, namespace, "lr").status == 404
    assert put(other, namespace, "lr", "", version=0).ok()["version"] > second["version"]


def test_a_value_goes_when_its_time_is_over(wire: Wire, other: Wire, namespace: str) -> None:
    assert put(wire, namespace, "k", "v", ttl_ms=300).ok()["expires_in_ms"] == 300
    limit = time.monotonic() + 20
    while get(other, namespace, "k").status != 404:
        assert time.monotonic() < limit
    assert wire.send("GET", f"{STATE}/{namespace}").ok()["usage"]["keys"] == 0


def test_a_request_that_is_repeated_changes_nothing_of_what_others_did_since(wire: Wire, other: Wire, namespace: str) -> None:
    first = put(wire, namespace, "k", "one", request_id="set").ok()
    theirs = put(other, namespace, "k", "two").ok()
    assert put(other, namespace, "k", "one", request_id="set").ok() == first
    assert get(wire, namespace, "k").ok() == theirs
    assert remove(wire, namespace, "k", "?request_id=remove").ok() == {"removed": True}
    again = put(wire, namespace, "k", "three").ok()
    assert remove(other, namespace, "k", "?request_id=remove").ok() == {"removed": True}
    assert get(wire, namespace, "k").ok() == again
    assert add(wire, namespace, "c", by=5, request_id="add").ok() == {"counter": "c", "value": 5}
    assert add(other, namespace, "c", by=-2).ok()["value"] == 3
    assert add(other, namespace, "c", by=5, request_id="add").ok()["value"] == 5
    counter = f"{STATE}/{namespace}/counters/c"
    assert wire.send("GET", counter).ok() == {"counter": "c", "value": 3}
    assert wire.send("DELETE", f"{counter}?request_id=gone").ok() == {"removed": True}
    assert add(wire, namespace, "c").ok()["value"] == 1
    assert other.send("DELETE", f"{counter}?request_id=gone").ok() == {"removed": True}
    assert other.send("GET", counter).ok()["value"] == 1


def test_workers_count_each_step_once_though_each_is_sent_through_both_gateways(
    wire: Wire, other: Wire, namespace: str
) -> None:
    workers, steps = 6, 25

    def count(worker: int) -> None:
        for step in range(steps):
            request = {"by": 2, "request_id": f"{worker}-{step}"}
            first, second = (wire, other) if step % 2 else (other, wire)
            assert add(first, namespace, "steps", **request).ok() == add(second, namespace, "steps", **request).ok()

    def change(door: Wire) -> None:
        for _ in range(steps):
            while True:
                found = get(door, namespace, "best")
                version, value = (found.json()["version"], int(found.json()["value"])) if found.status == 200 else (0, 0)
                changed = put(door, namespace, "best", str(value + 1), version=version)
                if changed.status == 200:
                    break
                assert changed.status == 409, changed.text

    with ThreadPoolExecutor(workers + 4) as threads:
        running = [threads.submit(count, worker) for worker in range(workers)]
        running += [threads.submit(change, door) for door in (wire, other, wire, other)]
        for one in running:
            one.result()
    assert wire.send("GET", f"{STATE}/{namespace}/counters/steps").ok()["value"] == 2 * workers * steps
    assert get(other, namespace, "best").ok()["value"] == str(4 * steps)
    assert wire.send("GET", f"{STATE}/{namespace}").ok()["usage"]["keys"] == 2


def test_a_full_namespace_refuses_or_evicts(wire: Wire, other: Wire, namespace: str) -> None:
    def define(when_full: str) -> None:
        limits = json.dumps({"max_keys": 2, "max_value_bytes": 5, "when_full": when_full})
        wire.send("PUT", f"{STATE}/{namespace}", limits, {"Content-Type": "application/json"}).ok()

    define("refuse")
    put(wire, namespace, "a", "1").ok()
    time.sleep(0.002)  # Older by a millisecond.
    add(other, namespace, "b").ok()
    full = put(other, namespace, "c", "3")
    assert full.status == 429 and full.headers.get("retry-after")
    assert put(wire, namespace, "a", "éééé").status == 413
    define("evict")
    put(other, namespace, "c", "3").ok()
    assert get(wire, namespace, "a").status == 404
    assert wire.send("GET", f"{STATE}/{namespace}").ok()["usage"]["keys"] == 2


def test_asking_for_what_is_not_there_makes_no_namespace(wire: Wire, namespace: str) -> None:
    path = f"{STATE}/{namespace}"
    for what in ("values/k", "counters/c", "leases/l", "barriers/b"):
        assert wire.send("GET", f"{path}/{what}").status == 404
    assert remove(wire, namespace, "k").ok() == {"removed": False}
    assert wire.send("DELETE", f"{path}/counters/c").ok() == {"removed": False}
    assert wire.post(f"{path}/leases/l/release", {"token": 1}).ok() == {"released": False}
    assert wire.post(f"{path}/leases/l/renew", {"token": 1, "ttl_ms": 1000}).status == 409
    known = [one["namespace"] for one in wire.send("GET", f"{STATE}?limit=1000").ok()["namespaces"]]
    assert namespace not in known


@pytest.mark.parametrize(
    ("key", "body"),
    [
        ("k", {}),
        ("k", {"value": 1}),
        ("k", {"value": "v", "ttl_ms": 0}),
        ("k", {"value": "v", "version": -1}),
        ("k", {"value": "v", "request_id": ""}),
        ("k", {"value": "v", "more": 1}),
        ("a%20b", {"value": "v"}),
    ],
)
def test_a_value_that_cannot_be_is_refused(wire: Wire, namespace: str, key: str, body: dict) -> None:
    answer = wire.send(
        "PUT", f"{STATE}/{namespace}/values/{key}", json.dumps(body), {"Content-Type": "application/json"}
    )
    assert answer.status == 400, answer.text


@pytest.mark.parametrize("body", [{"by": "1"}, {"by": 1.5}, {"by": 2**63}, {"request_id": "a\nb"}, {"more": 1}])
def test_an_addition_that_cannot_be_is_refused(wire: Wire, namespace: str, body: dict) -> None:
    assert add(wire, namespace, "c", **body).status == 400
