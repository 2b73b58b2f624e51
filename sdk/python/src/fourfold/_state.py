"""Training state that many workers share: leases, values, counters, barriers and work lists of a namespace."""

from __future__ import annotations

import contextlib
import os
import random
import socket
import threading
import time
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import quote

import requests

from ._door import session
from ._place import tracking_uri as mlflows_uri

_TIMEOUTS = (5.0, 30.0)  # to connect, and between two bytes of the answer
_FIRST_WAIT = 0.1
_LONGEST_WAIT = 5.0
_AWAY = frozenset({408, 425, 500, 502, 503, 504})
_PROBLEM = "urn:fourfold:problem:"
_DRIFT = 0.01
"""By how much of its time a holder stops early: clocks of two machines differ by far less."""


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


class Value(NamedTuple):
    """A value, and the version to set another by."""

    value: str
    version: int


def now() -> float:
    """Seconds by a clock that nobody sets, and that goes on while the machine sleeps, where there is one."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class State:
    """A namespace of shared training state.

    Each call is repeated while the platform is away, for `patience` seconds; what is repeated changes nothing twice. State
    is served by Redis alone: while that is away nothing is answered.
    """

    def __init__(self, namespace: str, *, tracking_uri: str | None = None, patience: float = 30.0) -> None:
        url = tracking_uri or mlflows_uri()
        if url is None or not url.startswith(("http://", "https://")):
            raise ValueError(f"the platform's address is missing: set MLFLOW_TRACKING_URI, not {url!r}")
        self.namespace = namespace
        self.patience = patience
        self._base = f"{url.rstrip('/')}/api/v1/state/{quote(namespace, safe='')}"
        self._local = threading.local()

    def lease(self, name: str, *, ttl: float = 30.0, holder: str | None = None, wait: float | None = None) -> Lease:
        """A lease that is not held yet: use it in a ``with`` block, or call `acquire`.

        `ttl` is for how many seconds it outlives a holder that stops; `wait` is how long to wait for another holder,
        None for as long as it takes.
        """
        return Lease(self, name, ttl, holder or _somebody(), wait)

    def get(self, key: str) -> Value | None:
        """The value under a key, None where there is none."""
        try:
            found = self.call("GET", _value(key))
        except StateError as e:
            if e.kind == "not-found":
                return None
            raise
        return Value(str(found["value"]), int(found["version"]))

    def set(self, key: str, value: str, *, version: int | None = None, ttl: float | None = None) -> int:
        """Sets a value, for `ttl` seconds or for ever; gives its version.

        With `version` only where the value there has it, 0 for none: otherwise `Changed`.
        """
        body: dict[str, Any] = {"value": value, "request_id": uuid.uuid4().hex}
        if version is not None:
            body["version"] = version
        if ttl is not None:
            body["ttl_ms"] = round(ttl * 1000)
        try:
            return int(self.call("PUT", _value(key), body)["version"])
        except StateError as e:
            if e.kind == "conflict":
                raise Changed(str(e), e.kind, e.status) from e
            raise

    def update(self, key: str, change: Callable[[str | None], str]) -> str:
        """Sets what `change` makes of the value there (None for none); it is called again where another was faster."""
        while True:
            before = self.get(key)
            after = change(before.value if before else None)
            with contextlib.suppress(Changed):
                self.set(key, after, version=before.version if before else 0)
                return after

    def remove(self, key: str) -> bool:
        """Removes a value; tells whether there was one."""
        return bool(self.call("DELETE", _value(key))["removed"])

    def add(self, counter: str, by: int = 1) -> int:
        """Adds to a counter of 64 bits, once however often it must be sent; gives its value then."""
        body = {"by": by, "request_id": uuid.uuid4().hex}
        return int(self.call("POST", f"{_counter(counter)}/add", body)["value"])

    def count(self, counter: str) -> int:
        """The value of a counter; 0 for one that nobody added to."""
        try:
            return int(self.call("GET", _counter(counter))["value"])
        except StateError as e:
            if e.kind == "not-found":
                return 0
            raise

    def usage(self) -> dict[str, Any]:
        """The namespace's limits and how full it is, as `GET /api/v1/state/{namespace}` has them."""
        return self.call("GET", "")

    def define(self, **limits: Any) -> dict[str, Any]:
        """Sets limits: ``max_keys``, ``max_value_bytes``, ``when_full`` (``"refuse"``, ``"evict"``), ``max_lease_ms``."""
        return self.call("PUT", "", limits)

    def delete(self) -> None:
        """Removes the namespace and all that it holds; refused while a lease of it is held."""
        self.call("DELETE", "")

    def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, patience: float | None = None
    ) -> dict[str, Any]:
        """One request, repeated while the platform is away."""
        end = time.monotonic() + (self.patience if patience is None else patience)
        pause = _FIRST_WAIT
        while True:
            try:
                return self._once(method, path, body)
            except StateError as e:
                if e.status and e.status not in _AWAY:
                    raise
                wait = max(pause * random.uniform(0.5, 1), e.retry_after or 0)
                if time.monotonic() + wait > end:
                    raise
            time.sleep(wait)
            pause = min(pause * 2, _LONGEST_WAIT)

    def _once(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        try:
            answer = self._http().request(method, self._base + path, json=body, timeout=_TIMEOUTS)
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


class Lease:
    """At most one holder at a time, for a time; renewed in the background until it is released.

    `held` tells by this machine's clock, counted from before the request was sent, so this holder stops believing before
    another can be granted the lease. What must not be done twice is still to be guarded by `token`, which only grows: let
    what is written to refuse a smaller one than it has seen.
    """

    def __init__(self, state: State, name: str, ttl: float, holder: str, wait: float | None) -> None:
        if ttl <= 0:
            raise ValueError(f"a lease is for more than 0 seconds, not {ttl!r}")
        self.name = name
        self.holder = holder
        self._state = state
        self._path = f"/leases/{quote(name, safe='')}"
        self._ttl = ttl
        self._wait = wait
        self._token = 0
        self._until = 0.0
        self._lost = False
        self._over = threading.Event()
        self._renewer: threading.Thread | None = None

    @property
    def token(self) -> int:
        """The fencing token; `LeaseLost` where the lease is not held."""
        self.check()
        return self._token

    @property
    def held(self) -> bool:
        """Whether this holder may still believe that it holds the lease."""
        return not self._lost and now() < self._until

    def check(self) -> None:
        """Raises `LeaseLost` where the lease is not held any more."""
        if not self.held:
            raise LeaseLost(f"the lease {self.name!r} of {self._state.namespace!r} is not held by {self.holder!r}")

    def acquire(self) -> Lease:
        """Waits until the lease is granted; `Held` where another holds it for longer than this waits."""
        if self._renewer is not None:
            raise RuntimeError("this lease is in use already; take another from the state")
        end = None if self._wait is None else time.monotonic() + self._wait
        self._until, self._lost = 0.0, False
        while True:
            refusal: StateError
            try:
                self._ask("/acquire", {"holder": self.holder})
                if self.held:
                    break
                refusal = LeaseLost(f"the lease {self.name!r} was over before its grant was read")
            except StateError as e:
                # Held by another, or nothing is granted for a while (Redis lost something): both end by themselves.
                if e.status and e.status not in _AWAY and e.kind != "conflict":
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
        if renewer is None:
            return
        self._over.set()
        renewer.join()
        believed, self._lost = self.held, True
        if believed:
            with contextlib.suppress(StateError):  # It ends by itself, at its time.
                self._state.call("POST", self._path + "/release", {"token": self._token}, patience=self._ttl)

    def __enter__(self) -> Lease:
        return self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _ask(self, path: str, body: dict[str, Any]) -> None:
        before = now()
        answer = self._state.call("POST", self._path + path, {**body, "ttl_ms": round(self._ttl * 1000)}, patience=0)
        self._token = int(answer["token"])
        self._until = max(self._until, before + answer["expires_in_ms"] / 1000 * (1 - _DRIFT))

    def _renew(self) -> None:
        while not self._over.wait(self._ttl / 3):
            while not self._over.is_set() and self.held:
                try:
                    self._ask("/renew", {"token": self._token})
                    break
                except StateError as e:
                    if e.status and e.status not in _AWAY and e.status != 429:
                        self._lost = True  # Told so: somebody else may hold it now.
                        return
                    self._over.wait(min(_LONGEST_WAIT, self._ttl / 20))


def _value(key: str) -> str:
    return f"/values/{quote(key, safe='')}"


def _counter(name: str) -> str:
    return f"/counters/{quote(name, safe='')}"


def _somebody() -> str:
    return f"{socket.gethostname()[:60]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"


def _error(answer: requests.Response) -> StateError:
    try:
        problem = answer.json()
        kind = str(problem.get("type", "")).removeprefix(_PROBLEM)
        detail = str(problem.get("detail") or problem.get("message") or answer.reason)
    except (ValueError, AttributeError):
        kind, detail = "", answer.reason or "no reason given"
    after = answer.headers.get("Retry-After", "")
    return StateError(f"{answer.status_code} {detail}", kind, answer.status_code, float(after) if after.isdigit() else None)
