"""Requests about a namespace of training state, repeated while the platform is away."""

from __future__ import annotations

import os
import random
import threading
import time
from typing import Any
from urllib.parse import quote

import requests

from ._door import session
from ._place import tracking_uri as mlflows_uri

AWAY = frozenset({408, 425, 500, 502, 503, 504})
"""What an answer's status says of the platform rather than of the request."""

LONGEST_WAIT = 5.0
_TIMEOUTS = (5.0, 30.0)  # to connect, and between two bytes of the answer
_FIRST_WAIT = 0.1
_PROBLEM = "urn:fourfold:problem:"


class StateError(Exception):
    """The platform refused, or is away for longer than the caller waits.

    `kind` is the last part of the problem's type (``conflict``, ``limit-exceeded``, ``unavailable``, ...), `status` the
    status of HTTP; both are empty (``""``, 0) where there was no answer.
    """

    def __init__(self, message: str, kind: str = "", status: int = 0, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status
        self.retry_after = retry_after


class Held(StateError):
    """Somebody else holds the lease."""


class LeaseLost(StateError):
    """The lease is not held any more: what it protects must not be touched."""


class Changed(StateError):
    """Somebody else changed the value meanwhile."""


def now() -> float:
    """Seconds by a clock that nobody sets, and that goes on while the machine sleeps, where there is one."""
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):  # Of Linux and of macOS, where Python's own stands still meanwhile.
        clock = getattr(time, name, None)
        if clock is not None:
            return time.clock_gettime(clock)
    return time.monotonic()


class Calls:
    """The way to a namespace."""

    def __init__(self, namespace: str, tracking_uri: str | None, patience: float) -> None:
        url = tracking_uri or mlflows_uri()
        if url is None or not url.startswith(("http://", "https://")):
            raise ValueError(f"the platform's address is missing: set MLFLOW_TRACKING_URI, not {url!r}")
        self.namespace = namespace
        self.patience = patience
        self._base = f"{url.rstrip('/')}/api/v1/state/{quote(namespace, safe='')}"
        self._local = threading.local()

    def call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        patience: float | None = None,
        silence: float = _TIMEOUTS[1],
    ) -> dict[str, Any]:
        """One request, repeated while the platform is away. `silence` is how long to wait for an answer to each."""
        end = time.monotonic() + (self.patience if patience is None else patience)
        pause = _FIRST_WAIT
        while True:
            try:
                return self._once(method, path, body, silence)
            except StateError as e:
                if e.status and e.status not in AWAY:
                    raise
                wait = max(pause * random.uniform(0.5, 1), e.retry_after or 0)
                if time.monotonic() + wait > end:
                    raise
            time.sleep(wait)
            pause = min(pause * 2, LONGEST_WAIT)

    def _once(self, method: str, path: str, body: dict[str, Any] | None, silence: float) -> dict[str, Any]:
        try:
            answer = self._http().request(method, self._base + path, json=body, timeout=(min(_TIMEOUTS[0], silence), silence))
        except requests.RequestException as e:
            raise StateError(f"{self._base}: {e}") from e
        if answer.ok:
            return dict(answer.json()) if answer.content else {}
        raise _error(answer)

    def _http(self) -> requests.Session:
        """A session of this thread and process: after a fork another must not use its connections."""
        pid = os.getpid()
        found: tuple[int, requests.Session] | None = getattr(self._local, "session", None)
        if found is None or found[0] != pid:
            found = (pid, session())
            self._local.session = found
        return found[1]


def _error(answer: requests.Response) -> StateError:
    try:
        problem = answer.json()
        kind = str(problem.get("type", "")).removeprefix(_PROBLEM)
        detail = str(problem.get("detail") or problem.get("message") or answer.reason)
    except (ValueError, AttributeError):
        kind, detail = "", answer.reason or "no reason given"
    after = answer.headers.get("Retry-After", "")
    return StateError(f"{answer.status_code} {detail}", kind, answer.status_code, float(after) if after.isdigit() else None)
