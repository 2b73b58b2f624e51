"""Sends what a training prints and logs to its MLflow run on Fourfold, in the background.

    with mlflow.start_run(), fourfold.capture():
        train()

or, once at the start, ``fourfold.autolog()``: then every ``mlflow.start_run()`` does so.

A run whose process dies is marked as failed, with the reason, where it has a heart:

    with mlflow.start_run(), fourfold.heartbeat():
        train()

Workers that share something agree on it by a `State`:

    with fourfold.State("my-sweep").lease("evaluate") as lease:
        evaluate(fence=lease.token)
"""

from ._autolog import autolog
from ._calls import Changed, Held, LeaseLost, StateError
from ._capture import Capture, Counts, capture
from ._heart import Heartbeat, heartbeat
from ._lease import Lease
from ._place import rank
from ._state import State, Value
from ._work import Barrier, Item, WorkList

__all__ = [
    "Barrier",
    "Capture",
    "Changed",
    "Counts",
    "Heartbeat",
    "Held",
    "Item",
    "Lease",
    "LeaseLost",
    "State",
    "StateError",
    "Value",
    "WorkList",
    "autolog",
    "capture",
    "heartbeat",
    "rank",
]
