"""New lines as they come: `/api/v1/runs/{run_id}/logs/live`, written through one gateway, heard through another.

The other gateway is at FOURFOLD_SECOND_URL; without it both are one.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
import requests
from wire import sign_in

pytestmark = pytest.mark.fourfold_only

START = 1_700_000_000_000_000_000
LIMIT = 90


@dataclass
class Event:
    kind: str
    data: dict
    id: str | None


class Listener:
    """Reads events in a thread of its own."""

    def __init__(self, url: str, last_id: str | None = None) -> None:
        headers = {**sign_in(), **({"Last-Event-ID": last_id} if last_id else {})}
        self.answer = requests.get(url, headers=headers, stream=True, timeout=LIMIT)
        assert self.answer.status_code == 200, self.answer.text[:500]
        assert self.answer.headers["Content-Type"].startswith("text/event-stream")
        self.events: queue.Queue[Event] = queue.Queue()
        self.id: str | None = None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        kind, data, last_id = "message", "", None
        try:
            for line in self._lines():
                if line.startswith("id: "):
                    last_id = line[4:]
                elif line.startswith("event: "):
                    kind = line[7:]
                elif line.startswith("data: "):
                    data += line[6:]
                elif not line:
                    if data:
                        self.events.put(Event(kind, json.loads(data), last_id))
                    kind, data = "message", ""
        except (requests.RequestException, AttributeError, ValueError):
            pass  # Closed by the test, or cut: then an event is missing, which is what fails.

    def _lines(self) -> Iterator[str]:
        left = b""
        for piece in self.answer.iter_content(chunk_size=None):
            *lines, left = (left + piece).split(b"\n")
            yield from (line.decode() for line in lines)

    def event(self) -> Event:
        event = self.events.get(timeout=LIMIT)
        self.id = event.id or self.id
        return event

    def messages(self, count: int, kind: str = "lines") -> list[str]:
        found: list[str] = []
        while len(found) < count:
            event = self.event()
            assert event.kind == kind, event
            found += [line["message"] for line in event.data["lines"]]
        return found

    def __enter__(self) -> Listener:
        return self

    def __exit__(self, *_: object) -> None:
        # close() would wait for the thread that reads, which waits for the next event.
        with socket.socket(fileno=os.dup(self.answer.raw.fileno())) as connection:
            connection.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def other_url(base_url: str) -> str:
    return os.environ.get("FOURFOLD_SECOND_URL", base_url).rstrip("/")


def log(url: str, run_id: str, writer: str, numbers: range, **more: object) -> None:
    lines = [
        {
            "time": START + n * 1000,
            "stream": "stdout",
            "level": "INFO",
            "message": f"{writer} {n}",
            "writer": writer,
            "sequence": n,
            **more,
        }
        for n in numbers
    ]
    answer = requests.post(f"{url}/api/v1/runs/{run_id}/logs", json=lines, headers=sign_in(), timeout=60)
    assert answer.status_code == 200, answer.text[:500]


def live(url: str, run_id: str, **query: object) -> str:
    return f"{url}/api/v1/runs/{run_id}/logs/live" + (f"?{urlencode(query)}" if query else "")


def test_lines_written_at_one_gateway_are_heard_at_the_other(base_url, other_url, new_run):
    run_id, writer = new_run("0"), uuid.uuid4().hex
    with Listener(live(other_url, run_id)) as listener:
        for n in range(20):
            log(base_url if n % 2 else other_url, run_id, writer, range(n, n + 1))
        assert listener.messages(20) == [f"{writer} {n}" for n in range(20)]
        event_id = listener.id
    assert event_id
    log(base_url, run_id, writer, range(20, 30))
    with Listener(live(base_url, run_id), event_id) as again:
        log(other_url, run_id, writer, range(30, 40))
        assert again.messages(20) == [f"{writer} {n}" for n in range(20, 40)]


def test_only_chosen_lines_come(base_url, other_url, new_run):
    run_id = new_run("0")
    query = {"level": "WARN", "stream": "stderr", "rank": 3, "q": "LOSS"}
    with Listener(live(other_url, run_id, **query)) as listener:
        wanted = {"level": "ERROR", "stream": "stderr", "rank": 3, "message": "the loss is NaN"}
        for n, wrong in enumerate(({"level": "INFO"}, {"stream": "stdout"}, {"rank": 4}, {"message": "fine"})):
            log(base_url, run_id, "w", range(n, n + 1), **{**wanted, **wrong})
        log(base_url, run_id, "w", range(9, 10), **wanted)
        (line,) = listener.event().data["lines"]
        assert (line["writer"], line["sequence"], line["message"], line["rank"]) == ("w", 9, "the loss is NaN", 3)


def test_tail_begins_with_the_last_lines(base_url, other_url, new_run):
    run_id = new_run("0")
    log(base_url, run_id, "w", range(50))
    with Listener(live(other_url, run_id, tail=5)) as listener:
        assert listener.messages(5, "replay") == [f"w {n}" for n in range(45, 50)]
        seen = listener.event()
        while seen.kind == "lines":  # What was acknowledged a moment before may be news too.
            seen = listener.event()
        assert seen.kind == "replayed"
        log(base_url, run_id, "w", range(50, 51))
        while "w 50" not in listener.messages(1):
            pass
    with Listener(live(other_url, run_id, tail="all")) as listener:
        assert listener.messages(51, "replay") == [f"w {n}" for n in range(51)]


def test_an_id_of_a_process_that_is_gone_brings_every_line_again(base_url, other_url, new_run):
    run_id = new_run("0")
    log(base_url, run_id, "w", range(3_000))
    with Listener(live(other_url, run_id), "0123456789abcdef-17") as listener:
        heard: list[tuple[str, int]] = []
        event = listener.event()
        while event.kind != "replayed":
            assert event.kind in ("replay", "lines")
            heard += [(line["writer"], line["sequence"]) for line in event.data["lines"]]
            event = listener.event()
        assert set(heard) == {("w", n) for n in range(3_000)}
        assert event.id


def test_lines_of_several_runs_come_in_one_stream(base_url, other_url, new_run):
    runs = [new_run("0") for _ in range(5)]
    url = f"{other_url}/api/v1/logs/live?" + urlencode([("run_id", run_id) for run_id in runs])
    with Listener(url) as listener:
        for n, run_id in enumerate(runs):
            log(base_url, run_id, "w", range(n, n + 1))
        heard = {}
        while len(heard) < 5:
            event = listener.event()
            heard[event.data["run_id"]] = [line["sequence"] for line in event.data["lines"]]
    assert heard == {run_id: [n] for n, run_id in enumerate(runs)}


def test_what_cannot_be_heard_is_refused(base_url, new_run):
    run_id = new_run("0")
    for path, status in (
        ("/api/v1/runs/0123456789abcdef0123456789abcdef/logs/live", 404),
        (f"/api/v1/runs/{run_id}/logs/live?tail=-1", 400),
        (f"/api/v1/runs/{run_id}/logs/live?from=0", 400),
        (f"/api/v1/runs/{run_id}/logs/live?regex=(", 400),
        (f"/api/v1/logs/live?run_id={run_id}&run_id={run_id}", 400),
    ):
        answer = requests.get(base_url + path, headers=sign_in(), timeout=60)
        assert answer.status_code == status, (path, answer.text[:300])
