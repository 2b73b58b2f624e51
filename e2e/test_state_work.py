"""Lists of work and barriers: `/api/v1/state/{namespace}/work` and `/barriers`, by workers that run at the same time.

They go through two gateways where there are two (FOURFOLD_SECOND_URL).
"""

from __future__ import annotations

import itertools
import os
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from wire import Answer, Wire

pytestmark = pytest.mark.fourfold_only

ITEMS = 200
WORKERS = 6
LEASE = 60_000


class Work:
    """A list of work of its own, in a namespace of its own; each request goes through the next gateway."""

    def __init__(self, *doors: Wire) -> None:
        self.doors = itertools.cycle(doors)
        self.namespace = f"e2e-{uuid.uuid4().hex}"
        self.path = f"/api/v1/state/{self.namespace}/work/files"

    @property
    def wire(self) -> Wire:
        return next(self.doors)

    def add(self, *ids: str) -> dict:
        return self.wire.post(f"{self.path}/items", {"items": [{"id": i, "value": f"v-{i}"} for i in ids]}).ok()

    def take(self, worker: str, most: int = 1, lease_ms: int = LEASE, **more: object) -> dict:
        body = {"worker": worker, "max": most, "lease_ms": lease_ms} | more
        return self.wire.post(f"{self.path}/take", body).ok()

    def done(self, item: dict, result: str | None = None) -> Answer:
        return self.wire.post(f"{self.path}/done", {"id": item["id"], "token": item["token"], "result": result})

    def counts(self) -> dict:
        return self.wire.send("GET", self.path).ok()

    def item(self, name: str) -> dict:
        return self.wire.send("GET", f"{self.path}/items/{name}").ok()


@pytest.fixture
def other(base_url: str) -> Wire:
    return Wire(os.environ.get("FOURFOLD_SECOND_URL", base_url).rstrip("/"))


@pytest.fixture
def work(wire: Wire, other: Wire):
    made = Work(wire, other)
    yield made
    wire.send("DELETE", made.path)
    wire.send("DELETE", f"/api/v1/state/{made.namespace}")


def refused(answer: Answer, status: int, title: str = "") -> None:
    assert answer.status == status and title in answer.text, f"{answer.status} {answer.text[:600]}"


def test_items_go_from_waiting_to_done(work: Work) -> None:
    assert work.add("a", "b", "c") == {"added": 3, "known": 0}
    assert work.add("c", "d") == {"added": 1, "known": 1}
    first = work.take("one", 2)
    assert [item["id"] for item in first["items"]] == ["a", "b"] and first["unfinished"]
    assert work.counts() == {"list": "files", "waiting": 2, "taken": 2, "done": 0}
    a, b = first["items"]
    assert a["value"] == "v-a" and a["expires_in_ms"] == LEASE
    done = work.done(a, "fine").ok()
    assert done["state"] == "done" and done["result"] == "fine" and work.done(a, "again").ok() == done
    renewal = {"ids": ["a", "b"], "token": b["token"], "lease_ms": 2 * LEASE}
    renewed = work.wire.post(f"{work.path}/renew", renewal).ok()
    assert renewed == {"renewed": [{"id": "b", "expires_in_ms": 2 * LEASE}], "lost": ["a"]}
    back = {"id": "b", "token": b["token"]}
    assert work.wire.post(f"{work.path}/give-back", back).ok() == {"given_back": True}
    assert work.wire.post(f"{work.path}/give-back", back).ok() == {"given_back": False}
    refused(work.done(b), 409, "invalid-state")
    (again,) = work.take("two", 1, request_id="r")["items"]
    assert again["id"] == "b" and again["token"] > b["token"] and work.item("b")["times"] == 2
    (repeated,) = work.take("two", 1, request_id="r")["items"]
    assert repeated["id"] == "b" and repeated["token"] == again["token"]


def test_item_whose_time_is_over_is_given_to_another_who_completes_it(work: Work) -> None:
    work.add("a")
    (late,) = work.take("late", lease_ms=100)["items"]
    items: list[dict] = []
    until = time.monotonic() + 20
    while not items:
        assert time.monotonic() < until
        items = work.take("next")["items"]
    assert items[0]["token"] > late["token"]
    refused(work.done(late, "late"), 409, "invalid-state")
    work.done(items[0], "in time").ok()
    refused(work.done(late, "late"), 409, "invalid-state")
    assert work.item("a")["result"] == "in time" and not work.take("next")["unfinished"]


def test_many_workers_complete_each_item_once_though_one_dies(work: Work) -> None:
    names = [f"i{i}" for i in range(ITEMS)]
    work.add(*names[:ITEMS // 2])
    held = work.take("dies", 20, lease_ms=1500)["items"]  # And is never heard of again.
    assert len(held) == 20
    given: list[tuple[str, int]] = []
    completed: list[str] = []
    lock = threading.Lock()
    until = time.monotonic() + 60

    def run(worker: str) -> None:
        while time.monotonic() < until:
            answer = work.take(worker, 7)
            with lock:
                given.extend((item["id"], item["token"]) for item in answer["items"])
            for item in answer["items"]:
                work.done(item, worker).ok()
                with lock:
                    completed.append(item["id"])
            if not answer["items"]:
                if not answer["unfinished"]:
                    return
                time.sleep(0.02)
        raise AssertionError("the work does not end")

    with ThreadPoolExecutor(WORKERS + 1) as threads:
        running = [threads.submit(run, f"w{n}") for n in range(WORKERS)]
        threads.submit(work.add, *names[ITEMS // 2:]).result()
        for one in running:
            one.result()
    if work.counts()["waiting"]:
        run("last")  # The workers were done before the second half came.
    assert Counter(completed) == Counter(names)
    assert Counter(name for name, _ in given) == Counter(names)
    assert all(token > held[0]["token"] for _, token in given)
    assert work.counts() == {"list": "files", "waiting": 0, "taken": 0, "done": ITEMS}
    for item in held:
        refused(work.done(item, "dies"), 409, "invalid-state")
        assert work.item(item["id"])["result"].startswith(("w", "last"))


def test_list_and_namespace_are_removed_when_nobody_works_on_them(work: Work) -> None:
    work.add("a")
    (item,) = work.take("one")["items"]
    refused(work.wire.send("DELETE", work.path), 409, "invalid-state")
    refused(work.wire.send("DELETE", f"/api/v1/state/{work.namespace}"), 409, "work lists")
    assert work.wire.send("GET", f"/api/v1/state/{work.namespace}/work").ok() == {"lists": ["files"], "next": None}
    work.done(item).ok()
    assert work.wire.send("DELETE", work.path).status == 204
    assert work.wire.send("DELETE", f"/api/v1/state/{work.namespace}").status == 204
    assert work.counts() == {"list": "files", "waiting": 0, "taken": 0, "done": 0}


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("items", {"items": []}),
        ("items", {"items": [{"id": "a b"}]}),
        ("items", {"items": [{"id": "a", "value": "\x00"}]}),
        ("items", {"items": [{"id": "a", "value": "x" * 65_537}]}),
        ("take", {"worker": "", "max": 1, "lease_ms": 1000}),
        ("take", {"worker": "w", "max": 0, "lease_ms": 1000}),
        ("take", {"worker": "w", "max": 1, "lease_ms": 1}),
        ("renew", {"ids": [], "token": 1, "lease_ms": 1000}),
        ("done", {"id": "a/b", "token": 1}),
        ("give-back", {"id": "a"}),
    ],
)
def test_request_that_cannot_be_is_refused(work: Work, route: str, body: dict) -> None:
    refused(work.wire.post(f"{work.path}/{route}", body), 400)
    assert work.counts() == {"list": "files", "waiting": 0, "taken": 0, "done": 0}


def test_workers_pass_a_barrier_together_generation_by_generation(wire: Wire, other: Wire, unique: str) -> None:
    path, parties, generations = f"/api/v1/state/e2e-{unique}/barriers/epoch", 5, 4
    lock = threading.Lock()
    came: Counter[int] = Counter()

    def run(worker: str, door: Wire) -> None:
        for generation in range(1, generations + 1):
            with lock:
                came[generation] += 1
            body = {"worker": worker, "parties": parties, "generation": generation, "wait_ms": 20_000}
            answer = door.post(f"{path}/arrive", body).ok()
            assert answer["open"] and answer["generation"] == generation
            assert came[generation] == parties  # Nobody went on before all had come.
            assert door.post(f"{path}/arrive", body).ok()["open"]

    with ThreadPoolExecutor(parties) as threads:
        for one in [threads.submit(run, f"w{n}", (wire, other)[n % 2]) for n in range(parties)]:
            one.result()
    assert wire.send("GET", path).ok() == {
        "barrier": "epoch", "generation": generations + 1, "arrived": 0, "parties": parties, "open": False
    }
    refused(wire.post(f"{path}/arrive", {"worker": "w0", "parties": 6, "generation": 5}), 409, "invalid-state")
    refused(wire.post(f"{path}/arrive", {"worker": "w0", "parties": 0}), 400)
    refused(wire.send("GET", f"{path}-2"), 404)
    assert wire.send("DELETE", f"/api/v1/state/e2e-{unique}").status == 204
