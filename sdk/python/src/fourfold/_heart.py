"""Heartbeats: a run whose process dies is marked as failed, with the reason."""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from types import TracebackType
from typing import Any
from urllib.parse import quote

import requests

from . import _place
from ._calls import AWAY, LONGEST_WAIT
from ._capture import router
from ._door import session
from ._sender import own_threads

_SHORTEST_TTL, _LONGEST_TTL = 1.0, 86_400.0
_LONGEST_WORKER = 250
_LATER = frozenset({401, 403, 429}) | AWAY
"""What may be mended while the training goes on."""


class Heartbeat:
    """Beats for a run in the background, from `start` to `close`, or in a ``with`` block.

    A process that dies, or is killed, beats no more: `ttl` seconds after its last beat the platform marks the run as FAILED, and
    says why in its tag ``fourfold.heartbeat``. A run that was marked and beats again is RUNNING again.
    """

    def __init__(
        self,
        run_id: str | None = None,
        *,
        ttl: float = 60.0,
        worker: str | None = None,
        stalled_after: float | None = None,
        tracking_uri: str | None = None,
    ) -> None:
        if not _SHORTEST_TTL <= ttl <= _LONGEST_TTL:
            raise ValueError(f"ttl is {ttl!r}, and must be from {_SHORTEST_TTL:g} to {_LONGEST_TTL:g} seconds")
        if stalled_after is not None and stalled_after <= 0:
            raise ValueError(f"stalled_after is {stalled_after!r}, and must be more than 0 seconds")
        self.run_id = run_id
        self.tracking_uri = tracking_uri
        self.ttl = ttl
        self.worker = worker
        self.beats = 0
        self._stalled_after = stalled_after
        self._moved = 0.0
        self._pid = 0
        self._url = ""
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._said: set[str] = set()

    def start(self) -> Heartbeat:
        """Begins. Where there is no run or no platform it says so, once, and does nothing: the training comes first."""
        if self._thread is not None and self._pid == os.getpid():
            return self
        self.run_id = self.run_id or _place.run_id()
        uri = self.tracking_uri or _place.tracking_uri() or ""
        if not self.run_id:
            router.say("no heartbeat: there is no active MLflow run, and MLFLOW_RUN_ID names none")
        elif not uri.startswith(("http://", "https://")):
            router.say(f"no heartbeat: the tracking URI is {uri!r}, not an HTTP address")
        else:
            self._url = f"{uri.rstrip('/')}/api/v1/runs/{quote(self.run_id, safe='')}/heartbeat"
            self._pid = os.getpid()
            self.worker = (self.worker or f"{socket.gethostname()}:{self._pid}")[:_LONGEST_WORKER]
            self._over.clear()
            self.progress()
            # A daemon: it ends with the process, whatever way that ends.
            self._thread = threading.Thread(target=self._beat, name="fourfold-heartbeat", daemon=True)
            self._thread.start()
        return self

    def progress(self) -> None:
        """With `stalled_after`: the training moves. Without a call for so long the heart stands still until the next."""
        self._moved = time.monotonic()

    def close(self) -> None:
        """Ends the watching. The run stays as it is, and nobody marks it any more."""
        thread, self._thread = self._thread, None
        if thread is None or self._pid != os.getpid():
            return  # A forked process has no part in its parent's heart.
        self._over.set()
        limit = min(LONGEST_WAIT, self.ttl)
        thread.join(limit)
        try:
            with session() as http:
                answer = http.delete(self._url, timeout=limit)
            if not answer.ok and answer.status_code != 404:
                self._say("left", f"the heart of run {self.run_id} goes on being watched: {_told(answer)}")
        except requests.RequestException as e:
            self._say("left", f"the heart of run {self.run_id} goes on being watched: {e}")

    def __enter__(self) -> Heartbeat:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _beat(self) -> None:
        me = threading.get_ident()
        own_threads.add(me)  # What requests logs here is not the training's.
        body = {"ttl_ms": round(self.ttl * 1000), "worker": self.worker}
        pause = 0.0
        try:
            with session() as http:
                while pause >= 0 and not self._over.wait(pause):
                    pause = self.ttl / 3 if self._stalled() else self._once(http, body)
        finally:
            own_threads.discard(me)

    def _once(self, http: requests.Session, body: dict[str, Any]) -> float:
        """One beat; seconds until the next, or less than 0 where there is none."""
        soon = min(LONGEST_WAIT, self.ttl / 10) * random.uniform(0.5, 1)
        try:
            # Several attempts fit into what is allowed between two beats.
            answer = http.put(self._url, json=body, timeout=max(1.0, self.ttl / 4))
        except requests.RequestException:
            return soon  # Away, or on its way: the training goes on, and nobody is marked for what the platform lost.
        if answer.ok:
            self.beats += 1
            if answer.json().get("resumed"):
                router.say(f"run {self.run_id} had been marked as failed, for want of a heartbeat, and runs again")
            return self.ttl / 3
        if answer.status_code in _LATER:
            if answer.status_code not in AWAY:
                self._say("later", f"no heartbeat of run {self.run_id} for now: {_told(answer)}")
            after = answer.headers.get("Retry-After", "")
            return max(soon, min(float(after), self.ttl / 4)) if after.isdigit() else soon
        if answer.status_code != 409:  # Else the run has ended, and so has its heart.
            self._say("ended", f"no heartbeat of run {self.run_id} any more: {_told(answer)}")
        return -1.0

    def _stalled(self) -> bool:
        stalled = self._stalled_after is not None and time.monotonic() - self._moved > self._stalled_after
        if stalled:
            self._say("stalled", f"no heartbeat of run {self.run_id}: no progress for {self._stalled_after:g} seconds")
        else:
            self._said.discard("stalled")
        return stalled

    def _say(self, what: str, text: str) -> None:
        if what not in self._said:
            self._said.add(what)
            router.say(text)


def _told(answer: requests.Response) -> str:
    try:
        problem = answer.json()
        return f"{answer.status_code} {problem.get('detail') or problem.get('message') or answer.reason}"
    except (ValueError, AttributeError):
        return f"{answer.status_code} {answer.reason}"


def heartbeat(
    run_id: str | None = None,
    *,
    ttl: float = 60.0,
    worker: str | None = None,
    stalled_after: float | None = None,
    tracking_uri: str | None = None,
) -> Heartbeat:
    """Has a run marked as failed where this process dies::

        with mlflow.start_run(), fourfold.heartbeat():
            train()

    It beats in a thread of its own, three times in `ttl`, while the process lives; not in a forked one. A training that hangs
    lives: with `stalled_after` it beats only while `Heartbeat.progress` is called at least every so many seconds.

    :param run_id: the active run of this thread, unless given
    :param ttl: after how many seconds without a beat the run is marked, 1 to 86,400
    :param worker: who beats, as the reason names it; ``host:pid`` unless given
    :param stalled_after: for how many seconds the training may stand still
    :param tracking_uri: the platform's address; MLflow's unless given
    """
    return Heartbeat(run_id, ttl=ttl, worker=worker, stalled_after=stalled_after, tracking_uri=tracking_uri)
