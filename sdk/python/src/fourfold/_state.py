"""Training state that many workers share: leases, values, counters, barriers and work lists of a namespace."""

from __future__ import annotations

import contextlib
import os
import socket
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from ._calls import Calls, Changed, StateError
from ._lease import Lease
from ._work import Barrier, WorkList


class Value(NamedTuple):
    """A value, and the version to set another by."""

    value: str
    version: int


class State:
    """A namespace of shared training state.

    Each call is repeated while the platform is away, for `patience` seconds. What is repeated changes nothing twice, whatever
    others set, added or removed in between. Leases, values, counters and barriers are in Redis alone, work lists in
    PostgreSQL: while that is away nothing is answered.
    """

    def __init__(self, namespace: str, *, tracking_uri: str | None = None, patience: float = 30.0) -> None:
        self._calls = Calls(namespace, tracking_uri, patience)

    @property
    def namespace(self) -> str:
        """The namespace's name."""
        return self._calls.namespace

    def lease(self, name: str, *, ttl: float = 30.0, holder: str | None = None, wait: float | None = None) -> Lease:
        """A lease that is not held yet: use it in a ``with`` block, or call `acquire`.

        `ttl` is for how many seconds it outlives a holder that stops; `wait` is how long to wait for another holder,
        None for as long as it takes.
        """
        return Lease(self._calls, name, ttl, holder or _somebody(), wait)

    def barrier(self, name: str, parties: int, *, worker: str | None = None, generation: int = 1) -> Barrier:
        """A barrier for so many workers; each of them calls `Barrier.wait`."""
        return Barrier(self._calls, name, parties, worker or _somebody(), generation)

    def work(self, name: str, *, worker: str | None = None) -> WorkList:
        """A list of items that workers share."""
        return WorkList(self._calls, name, worker or _somebody())

    def get(self, key: str) -> Value | None:
        """The value under a key, None where there is none."""
        try:
            found = self._calls.call("GET", _value(key))
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
            return int(self._calls.call("PUT", _value(key), body)["version"])
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
        return bool(self._calls.call("DELETE", f"{_value(key)}?request_id={uuid.uuid4().hex}")["removed"])

    def add(self, counter: str, by: int = 1) -> int:
        """Adds to a counter of 64 bits, once however often it must be sent; gives its value then."""
        body = {"by": by, "request_id": uuid.uuid4().hex}
        return int(self._calls.call("POST", f"{_counter(counter)}/add", body)["value"])

    def count(self, counter: str) -> int:
        """The value of a counter; 0 for one that nobody added to."""
        try:
            return int(self._calls.call("GET", _counter(counter))["value"])
        except StateError as e:
            if e.kind == "not-found":
                return 0
            raise

    def usage(self) -> dict[str, Any]:
        """The namespace's limits and how full it is, as `GET /api/v1/state/{namespace}` has them."""
        return self._calls.call("GET", "")

    def define(self, **limits: Any) -> dict[str, Any]:
        """Sets limits: ``max_keys``, ``max_value_bytes``, ``when_full`` (``"refuse"``, ``"evict"``), ``max_lease_ms``."""
        return self._calls.call("PUT", "", limits)

    def delete(self) -> None:
        """Removes the namespace and all that it holds; refused while a lease of it is held."""
        self._calls.call("DELETE", "")


def _value(key: str) -> str:
    return f"/values/{quote(key, safe='')}"


def _counter(name: str) -> str:
    return f"/counters/{quote(name, safe='')}"


def _somebody() -> str:
    return f"{socket.gethostname()[:60]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
