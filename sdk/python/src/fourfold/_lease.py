"""Leases: at most one holder at a time."""

from __future__ import annotations

import contextlib
import os
import random
import threading
import time
import uuid
from types import TracebackType
from typing import Any
from urllib.parse import quote

from ._calls import AWAY, LONGEST_WAIT, Calls, Held, LeaseLost, StateError, now

_DRIFT = 0.01
"""By how much of its time a holder stops early: clocks of two machines differ by far less."""


class Lease:
    """At most one holder at a time, for a time; renewed in the background until it is released.

    `held` tells by this machine's clock, counted from before the request was sent, so this holder stops believing before
    another can be granted the lease. What must not be done twice is still to be guarded by `token`, which only grows: let
    what is written to refuse a smaller one than it has seen.
    """

    def __init__(self, calls: Calls, name: str, ttl: float, holder: str, wait: float | None) -> None:
        if ttl <= 0:
            raise ValueError(f"a lease is for more than 0 seconds, not {ttl!r}")
        self.name = name
        self.holder = holder
        self._base = holder
        self._pid = 0
        self._calls = calls
        self._path = f"/leases/{quote(name, safe='')}"
        self._ttl = ttl
        self._wait = wait
        self._token = 0
        self._until = 0.0
        self._lost = False
        # Several askings fit into what is left when a renewal is due.
        self._silence = min(30.0, max(0.2, ttl / 4))
        self._over = threading.Event()
        self._renewer: threading.Thread | None = None

    @property
    def token(self) -> int:
        """The fencing token; `LeaseLost` where the lease is not held."""
        self.check()
        return self._token

    @property
    def held(self) -> bool:
        """Whether this holder may still believe that it holds the lease; a forked process holds nothing."""
        return not self._lost and self._pid == os.getpid() and now() < self._until

    def check(self) -> None:
        """Raises `LeaseLost` where the lease is not held any more."""
        if not self.held:
            raise LeaseLost(f"the lease {self.name!r} of {self._calls.namespace!r} is not held by {self.holder!r}")

    def acquire(self) -> Lease:
        """Waits until the lease is granted; `Held` where another holds it for longer than this waits."""
        if self._renewer is not None:
            raise RuntimeError("this lease is in use already; take another from the state")
        end = None if self._wait is None else time.monotonic() + self._wait
        self._until, self._lost, self._pid = 0.0, False, os.getpid()
        # Of its own each time: a release that is still on its way must not end what is granted now.
        self.holder = f"{self._base}-{uuid.uuid4().hex[:12]}"
        while True:
            refusal: StateError
            try:
                self._ask("/acquire", {"holder": self.holder})
                if self.held:
                    break
                refusal = LeaseLost(f"the lease {self.name!r} was over before its grant was read")
            except StateError as e:
                # Held by another, or nothing is granted for a while (Redis lost something): both end by themselves.
                if e.status and e.status not in AWAY and e.kind != "conflict":
                    raise
                refusal = Held(str(e), e.kind, e.status) if e.kind == "conflict" else e
            pause = random.uniform(0.5, 1) * min(1.0, self._ttl / 4)
            if end is not None and time.monotonic() + pause > end:
                raise refusal
            time.sleep(pause)
        self._over.clear()
        self._renewer = threading.Thread(target=self._renew, name=f"fourfold-lease-{self.name}", daemon=True)
        self._renewer.start()
        return self

    def release(self) -> None:
        """Gives the lease up, so that the next holder need not wait for its end."""
        renewer, self._renewer = self._renewer, None
        if renewer is None or self._pid != os.getpid():
            return
        self._over.set()
        renewer.join()
        believed, self._lost = self.held, True
        if believed:
            with contextlib.suppress(StateError):  # It ends by itself, at its time.
                self._calls.call("POST", self._path + "/release", {"token": self._token}, patience=self._ttl)

    def __enter__(self) -> Lease:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _ask(self, path: str, body: dict[str, Any]) -> None:
        before = now()
        answer = self._calls.call("POST", self._path + path, {**body, "ttl_ms": round(self._ttl * 1000)}, patience=0, silence=self._silence)
        self._token = int(answer["token"])
        self._until = max(self._until, before + answer["expires_in_ms"] / 1000 * (1 - _DRIFT))

    def _renew(self) -> None:
        while not self._over.wait(self._ttl / 3):
            while not self._over.is_set() and self.held:
                try:
                    self._ask("/renew", {"token": self._token})
                    break
                except StateError as e:
                    if e.status and e.status not in AWAY and e.status != 429:
                        self._lost = True  # Told so: somebody else may hold it now.
                        return
                    self._over.wait(min(LONGEST_WAIT, self._ttl / 20))
