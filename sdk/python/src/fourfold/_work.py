"""Barriers, where workers wait for each other, and work lists, which give each item to one of them."""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import quote

from ._calls import Calls, LeaseLost, StateError, now

_LONGEST_ASKING = 15.0
_MOST_ITEMS = 1000
_MOST_CHARS = 2 << 20


class Barrier:
    """Workers that go on together: each waits until all have come.

    `generation` is the first to wait for: 1, or where a worker that was started anew stands. A worker that is started anew
    must come under the `worker` that it had.
    """

    def __init__(self, calls: Calls, name: str, parties: int, worker: str, generation: int) -> None:
        self.name = name
        self.worker = worker
        self.generation = generation
        self._calls = calls
        self._parties = parties
        self._path = f"/barriers/{quote(name, safe='')}"

    def wait(self, timeout: float | None = None) -> int:
        """Waits until all have come, and gives the generation that this was; `TimeoutError` after `timeout` seconds.

        After a `TimeoutError` the worker counts as there still: wait again, for the same generation.
        """
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = _LONGEST_ASKING if end is None else min(_LONGEST_ASKING, max(0.0, end - time.monotonic()))
            answer = self._arrive(left)
            if answer["open"]:
                self.generation += 1
                return self.generation - 1
            if end is not None and time.monotonic() >= end:
                raise TimeoutError(f"{answer['arrived']} of {self._parties} have come to {self.name!r}")

    def leave(self) -> None:
        """Says, without waiting, that this worker passed all before: a Redis that forgot the last opening learns of it."""
        self._arrive(0)

    def __enter__(self) -> Barrier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and self.generation > 1:
            self.leave()

    def _arrive(self, seconds: float) -> dict[str, Any]:
        body = {
            "worker": self.worker,
            "parties": self._parties,
            "generation": self.generation,
            "wait_ms": int(seconds * 1000),
        }
        return self._calls.call("POST", self._path + "/arrive", body)


class WorkList:
    """Items that many workers share: each is given to one worker at a time, and completed once.

    A list is in PostgreSQL, so it outlives whatever happens to Redis.
    """

    def __init__(self, calls: Calls, name: str, worker: str) -> None:
        self.name = name
        self.worker = worker
        self._calls = calls
        self._path = f"/work/{quote(name, safe='')}"

    def add(self, items: Mapping[str, str]) -> int:
        """Adds items by id; those that are there stay as they are. Gives how many were new."""
        added = 0
        part: list[dict[str, str]] = []
        weight = 0
        for id_, value in items.items():
            weight += len(id_) + len(value)
            if part and (len(part) == _MOST_ITEMS or weight > _MOST_CHARS):
                added += self._add(part)
                part, weight = [], len(id_) + len(value)
            part.append({"id": id_, "value": value})
        return added + self._add(part) if part else added

    def counts(self) -> dict[str, int]:
        """How many items are ``waiting``, ``taken`` and ``done``."""
        answer = self._calls.call("GET", self._path)
        return {name: int(answer[name]) for name in ("waiting", "taken", "done")}

    def result(self, id_: str) -> str | None:
        """What an item was completed with; None for one that is not, or without a result."""
        found = self._calls.call("GET", f"{self._path}/items/{quote(id_, safe='')}").get("result")
        return None if found is None else str(found)

    def delete(self) -> None:
        """Removes the list; refused while an item is taken."""
        self._calls.call("DELETE", self._path)

    def each(self, *, lease: float = 60.0, wait: bool = True) -> Iterator[Item]:
        """The items that this worker is given, one after another, until all are done.

        Each is this worker's while the loop's body works, and is to be ended by `Item.done` or `Item.give_back` there. Where
        the body raises, the item is given back. While others hold what is left this waits for them, unless `wait` is False.
        `lease` is for how many seconds an item outlives a worker that stops.
        """
        while True:
            body = {"worker": self.worker, "max": 1, "lease_ms": round(lease * 1000), "request_id": uuid.uuid4().hex}
            before = now()
            taken = self._calls.call("POST", self._path + "/take", body)
            for found in taken["items"]:
                item = Item(self._calls, self._path, found, lease, before)
                item._renew_until_ended()
                try:
                    yield item
                    if not item.ended:
                        raise RuntimeError(f"the item {item.id!r} was neither done nor given back")
                finally:
                    item._leave()
            if not taken["items"]:
                if not (taken["unfinished"] and wait):
                    return
                time.sleep(random.uniform(0.5, 1) * min(1.0, lease / 4))

    def _add(self, part: list[dict[str, str]]) -> int:
        return int(self._calls.call("POST", self._path + "/items", {"items": part})["added"])


class Item:
    """An item that this worker was given. Whoever writes under it should pass `token` along: it only grows."""

    def __init__(self, calls: Calls, path: str, found: dict[str, Any], lease: float, before: float) -> None:
        self.id = str(found["id"])
        self.value = str(found["value"])
        self.token = int(found["token"])
        self.ended = False
        self._calls = calls
        self._path = path
        self._lease = lease
        self._until = before + found["expires_in_ms"] / 1000
        self._lost = False
        self._pid = os.getpid()
        self._over = threading.Event()
        self._renewer: threading.Thread | None = None

    @property
    def held(self) -> bool:
        """Whether nobody else can have been given it; a forked process holds nothing."""
        return not self._lost and self._pid == os.getpid() and now() < self._until

    def done(self, result: str | None = None) -> None:
        """Completes it; `LeaseLost` where another worker was given it meanwhile."""
        body: dict[str, Any] = {"id": self.id, "token": self.token}
        if result is not None:
            body["result"] = result
        try:
            self._calls.call("POST", self._path + "/done", body)
        except StateError as e:
            if e.kind == "invalid-state":
                self.ended = True
                raise LeaseLost(str(e), e.kind, e.status) from e
            raise
        self.ended = True

    def give_back(self) -> None:
        """Lets another worker have it."""
        self._calls.call("POST", self._path + "/give-back", {"id": self.id, "token": self.token})
        self.ended = True

    def _renew_until_ended(self) -> None:
        self._renewer = threading.Thread(target=self._renew, name=f"fourfold-item-{self.id}", daemon=True)
        self._renewer.start()

    def _renew(self) -> None:
        body = {"ids": [self.id], "token": self.token, "lease_ms": round(self._lease * 1000)}
        pause, silence = self._lease / 3, min(30.0, max(0.2, self._lease / 4))
        while not self._over.wait(pause):
            before = now()
            try:
                answer = self._calls.call("POST", self._path + "/renew", body, patience=0, silence=silence)
            except StateError:
                pause = self._lease / 20  # It is tried again; what is too late is told by `done`.
                continue
            pause = self._lease / 3
            if answer["lost"]:
                self._lost = True
                return
            self._until = max(self._until, before + answer["renewed"][0]["expires_in_ms"] / 1000)

    def _leave(self) -> None:
        if self._pid != os.getpid():
            return
        self._over.set()
        if self._renewer is not None:
            self._renewer.join()
        if not self.ended:
            with contextlib.suppress(StateError):  # It waits for its time to be over, then.
                self.give_back()
