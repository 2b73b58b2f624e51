"""Shared training state: `/api/v1/state`. The other gateway is at FOURFOLD_SECOND_URL; without it both are one."""

from __future__ import annotations

import json
import os
import threading
import time
import uuid

import pytest
from wire import Answer, Wire

pytestmark = pytest.mark.fourfold_only

STATE = "/api/v1/state"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def other(base_url: str) -> Wire:
    return Wire(os.environ.get("FOURFOLD_SECOND_URL", base_url).rstrip("/"))


@pytest.fixture
def namespace() -> str:
    return f"e2e-{uuid.uuid4()}"


def put(wire: Wire, path: str, **body: object) -> Answer:
    return wire.send("PUT", f"{STATE}/{path}", json.dumps(body), JSON)


def lease(wire: Wire, namespace: str, what: str, name: str = "leader", **body: object) -> Answer:
    return wire.post(f"{STATE}/{namespace}/leases/{name}/{what}", body)


def test_a_lease_has_one_holder_whichever_gateway_is_asked(wire: Wire, other: Wire, namespace: str) -> None:
    first = lease(wire, namespace, "acquire", holder="one", ttl_ms=20_000).ok()
    assert first["holder"] == "one" and first["expires_in_ms"] == 20_000
    assert lease(other, namespace, "acquire", holder="two", ttl_ms=20_000).status == 409
    again = lease(other, namespace, "acquire", holder="one", ttl_ms=1_000).ok()
    assert again["token"] == first["token"] and again["expires_in_ms"] > 1_000
    assert lease(other, namespace, "renew", token=first["token"], ttl_ms=20_000).ok()["token"] == first["token"]
    assert wire.send("GET", f"{STATE}/{namespace}/leases/leader").json()["holder"] == "one"
    assert wire.send("DELETE", f"{STATE}/{namespace}").status == 409, "somebody holds a lease"
    assert lease(other, namespace, "release", token=first["token"]).ok() == {"released": True}
    assert lease(wire, namespace, "release", token=first["token"]).ok() == {"released": False}
    second = lease(wire, namespace, "acquire", holder="two", ttl_ms=20_000).ok()
    assert second["token"] > first["token"]
    late = lease(other, namespace, "renew", token=first["token"], ttl_ms=20_000)
    assert late.status == 409 and late.json()["type"].endswith("invalid-state")
    lease(wire, namespace, "release", token=second["token"]).ok()
    assert wire.send("GET", f"{STATE}/{namespace}/leases/leader").status == 404
    assert wire.send("DELETE", f"{STATE}/{namespace}").status == 204
    third = lease(wire, namespace, "acquire", holder="one", ttl_ms=500).ok()
    assert third["token"] > second["token"], "tokens grow although the namespace was deleted"


def test_workers_never_hold_together_and_tokens_grow(wire: Wire, other: Wire, namespace: str) -> None:
    """Each believes to hold from before it asked until its time is over or it gives up, by one clock for all."""
    held: list[tuple[float, float, int]] = []
    end = time.monotonic() + 3

    def work(number: int) -> None:
        door = (wire, other)[number % 2]
        while time.monotonic() < end:
            begin = time.monotonic()
            answer = lease(door, namespace, "acquire", holder=f"w{number}", ttl_ms=300)
            if answer.status == 409:
                time.sleep(0.005)
                continue
            granted = answer.ok()
            limit = begin + granted["expires_in_ms"] / 1000
            got = time.monotonic()
            if number % 3:
                until = min(limit, time.monotonic())
                lease(door, namespace, "release", token=granted["token"]).ok()
            else:
                time.sleep(0.35)  # Who forgets to release holds until its time is over.
                until = limit
            if got < until:
                held.append((got, until, granted["token"]))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held.sort()
    assert len(held) > 5
    for (_, until, token), (got, _, next_token) in zip(held, held[1:]):
        assert until <= got, "two held at once"
        assert token < next_token, "a token did not grow"


def test_a_namespace_keeps_its_limits(wire: Wire, other: Wire, namespace: str) -> None:
    unknown = wire.send("GET", f"{STATE}/{namespace}").json()
    assert unknown["defined"] is False and unknown["max_keys"] == 10_000 and unknown["when_full"] == "refuse"
    assert unknown["usage"] == {"keys": 0, "bytes": 0}
    limits = {"max_keys": 2, "max_value_bytes": 10, "when_full": "refuse", "max_lease_ms": 5_000}
    defined = put(wire, namespace, **limits).ok()
    assert put(other, namespace, **limits).ok() == defined
    assert namespace in [one["namespace"] for one in wire.send("GET", f"{STATE}?limit=1000").json()["namespaces"]]
    assert lease(wire, namespace, "acquire", "a", holder="w", ttl_ms=5_001).status == 400
    tokens = [lease(wire, namespace, "acquire", name, holder="w", ttl_ms=5_000).ok()["token"] for name in "ab"]
    full = lease(other, namespace, "acquire", "c", holder="w", ttl_ms=5_000)
    assert full.status == 429
    assert wire.send("GET", f"{STATE}/{namespace}").json()["usage"] == {"keys": 2, "bytes": 4}
    put(other, namespace, **(limits | {"max_keys": 3})).ok()
    lease(wire, namespace, "acquire", "c", holder="w", ttl_ms=200).ok()
    for name, token in zip("ab", tokens):
        lease(wire, namespace, "release", name, token=token).ok()


@pytest.mark.parametrize(
    "body", [{}, {"holder": "w"}, {"holder": "", "ttl_ms": 500}, {"holder": "w", "ttl_ms": 0}, {"holder": 1, "ttl_ms": 500}]
)
def test_what_cannot_be_asked_is_refused(wire: Wire, namespace: str, body: dict) -> None:
    assert lease(wire, namespace, "acquire", **body).status == 400
    assert lease(wire, namespace, "acquire", "a%20b", holder="w", ttl_ms=500).status == 400
    assert put(wire, "-wrong", max_keys=5).status == 400
    assert put(wire, namespace, max_keys=0).status == 400
