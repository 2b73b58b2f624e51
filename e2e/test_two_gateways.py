"""You read what you wrote, through any gateway: a seeded history of writes and reads over two of them, checked.

Needs FOURFOLD_SECOND_URL, the address of another gateway over the same services. Each of the writers alone sets its own
tag, metric and param, with numbers that only grow, each through a gateway drawn by lot. Whoever reads notes first what has
been acknowledged by then, and through which gateway it asks: an answer below that is stale, one above what was ever sent
is invented.
"""

from __future__ import annotations

import os
import random
import threading
import time
from dataclasses import dataclass, field

import pytest
import requests
from wire import TRACKING, sign_in

SECONDS = float(os.environ.get("E2E_HISTORY_SECONDS", "20"))
WRITERS = 4
READERS = 6
POINTS = 3  # of a metric in each write


@dataclass
class Seen:
    """What an answer said of one writer's number, and the bounds within which that is true."""

    what: str
    gateway: int
    acknowledged: int  # before it was asked
    sent: int  # when it was answered
    found: int

    @property
    def violation(self) -> str | None:
        if self.found < self.acknowledged:
            return f"stale: {self}"
        if self.found > self.sent:
            return f"invented: {self}"
        return None


@dataclass
class Register:
    """A number that one writer raises."""

    sent: int = 0
    acknowledged: int = 0


@dataclass
class History:
    seen: list[Seen] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        return [v for v in (s.violation for s in self.seen) if v] + self.broken


def test_checker_finds_what_is_wrong():
    fine = Seen("tag", 0, acknowledged=3, sent=5, found=3)
    stale = Seen("tag", 1, acknowledged=3, sent=5, found=2)
    invented = Seen("tag", 1, acknowledged=3, sent=5, found=6)
    assert History([fine]).violations() == []
    assert [v.split(":")[0] for v in History([fine, stale, invented]).violations()] == ["stale", "invented"]


class Gateway:
    def __init__(self, number: int, url: str) -> None:
        self.number, self.url, self.session = number, url, requests.Session()

    def post(self, route: str, body: dict) -> dict:
        return self.read(self.session.post(f"{self.url}{TRACKING}{route}", json=body, headers=sign_in(), timeout=60))

    def get(self, route: str, **query: object) -> dict:
        """Again where the store is too slow for a read's limit just now, as clients do."""
        limit = time.monotonic() + 60
        while True:
            answer = self.session.get(f"{self.url}{TRACKING}{route}", params=query, headers=sign_in(), timeout=60)
            if "still on its way" not in answer.text or time.monotonic() > limit:
                return self.read(answer)

    @staticmethod
    def read(answer: requests.Response) -> dict:
        assert answer.status_code == 200, f"{answer.status_code} {answer.text[:500]}"
        return answer.json()


@pytest.mark.fourfold_only
def test_every_gateway_shows_what_any_acknowledged(base_url, new_experiment, new_run):
    second = os.environ.get("FOURFOLD_SECOND_URL")
    if not second:
        pytest.skip("FOURFOLD_SECOND_URL is not set: one gateway only")
    seed = int(os.environ.get("E2E_SEED", random.SystemRandom().randrange(10**9)))
    print(f"seed {seed}")
    urls = (base_url, second.rstrip("/"))
    experiment_id = new_experiment()
    runs = [new_run(experiment_id) for _ in range(2)]
    registers = [Register() for _ in range(WRITERS)]
    history = History()
    end = time.monotonic() + SECONDS
    failures: list[BaseException] = []

    def write(w: int, rnd: random.Random) -> None:
        gateways = [Gateway(n, url) for n, url in enumerate(urls)]
        register, run_id = registers[w], runs[w % len(runs)]
        while time.monotonic() < end:
            k = register.sent = register.sent + 1
            steps = range((k - 1) * POINTS, k * POINTS)
            metrics = [{"key": f"m{w}", "value": s / 2, "timestamp": 1_700_000_000_000 + s, "step": s} for s in steps]
            body = {
                "run_id": run_id,
                "metrics": metrics,
                "tags": [{"key": f"t{w}", "value": str(k)}],
                "params": [{"key": f"p{w}-{k}", "value": str(k)}] if k <= 40 else [],
            }
            rnd.choice(gateways).post("runs/log-batch", body)
            register.acknowledged = k

    def read(rnd: random.Random) -> None:
        gateways = [Gateway(n, url) for n, url in enumerate(urls)]
        while time.monotonic() < end:
            w, gateway = rnd.randrange(WRITERS), rnd.choice(gateways)
            register, run_id = registers[w], runs[w % len(runs)]
            before = register.acknowledged
            what = rnd.choice(["get", "get", "search", "filter", "history"])

            def note(found: int, of: str, before: int = before, register: Register = register) -> None:
                history.seen.append(Seen(f"{what} {of}{w}", gateway.number, before, register.sent, found))

            if what == "get":
                data = gateway.get("runs/get", run_id=run_id)["run"]["data"]
                note(number_of_tag(data, w), "tag")
                note(number_of_metric(data, w), "metric")
                params = [int(p["value"]) for p in data.get("params", []) if p["key"].startswith(f"p{w}-")]
                if sorted(params) != list(range(1, len(params) + 1)) or len(params) < min(before, 40):
                    history.broken.append(f"params of writer {w} through gateway {gateway.number}: {sorted(params)}")
            elif what == "search":
                found = gateway.post("runs/search", {"experiment_ids": [experiment_id]}).get("runs", [])
                (run,) = [run for run in found if run["info"]["run_id"] == run_id]
                note(number_of_tag(run["data"], w), "tag")
                note(number_of_metric(run["data"], w), "metric")
            elif what == "filter":
                least = (before * POINTS - 1) / 2 if before else -1
                body = {"experiment_ids": [experiment_id], "filter": f"metrics.m{w} >= {least}"}
                found = [run["info"]["run_id"] for run in gateway.post("runs/search", body).get("runs", [])]
                if before and run_id not in found:
                    history.broken.append(f"search for m{w} >= {least} through gateway {gateway.number} finds {found}")
            else:
                points, token = [], None
                while token is None or token:
                    page = gateway.get("metrics/get-history", run_id=run_id, metric_key=f"m{w}", max_results=2000,
                                       **({"page_token": token} if token else {}))  # fmt: skip
                    points += page.get("metrics", [])
                    token = page.get("next_page_token", "")
                steps = [p["step"] for p in points]
                note(len(steps) // POINTS, "history")
                if steps != list(range(len(steps))) or any(p["value"] != p["step"] / 2 for p in points):
                    history.broken.append(f"history of m{w} through gateway {gateway.number}: {steps[:50]}")

    def guarded(work, *arguments) -> None:
        try:
            work(*arguments)
        except BaseException as e:  # told below, by the test's own thread
            failures.append(e)

    rnd = random.Random(seed)
    threads = [threading.Thread(target=guarded, args=(write, w, random.Random(rnd.random()))) for w in range(WRITERS)]
    threads += [threading.Thread(target=guarded, args=(read, random.Random(rnd.random()))) for _ in range(READERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[0]
    violations = history.violations()
    assert not violations, f"seed {seed}: {len(violations)} of {len(history.seen)}, the first: {violations[:3]}"
    assert len(history.seen) > 100
    assert {seen.gateway for seen in history.seen} == {0, 1}
    print(f"{sum(r.acknowledged for r in registers)} writes, {len(history.seen)} readings, no violation")


def number_of_tag(data: dict, w: int) -> int:
    return next((int(tag["value"]) for tag in data.get("tags", []) if tag["key"] == f"t{w}"), 0)


def number_of_metric(data: dict, w: int) -> int:
    """Which write the latest value is of: the last of its points has the greatest step."""
    return next(((m["step"] + 1) // POINTS for m in data.get("metrics", []) if m["key"] == f"m{w}"), 0)
