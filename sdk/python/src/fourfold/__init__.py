"""Sends what a training prints and logs to its MLflow run on Fourfold, in the background.

    with mlflow.start_run(), fourfold.capture():
        train()

or, once at the start, ``fourfold.autolog()``: then every ``mlflow.start_run()`` does so.

Workers that share something agree on it by a `State`:

    with fourfold.State("my-sweep").lease("evaluate") as lease:
        evaluate(fence=lease.token)
"""

from ._autolog import autolog
from ._capture import Capture, Counts, capture
from ._place import rank
from ._state import Changed, Held, Lease, LeaseLost, State, StateError, Value

__all__ = [
    "Capture",
    "Changed",
    "Counts",
    "Held",
    "Lease",
    "LeaseLost",
    "State",
    "StateError",
    "Value",
    "autolog",
    "capture",
    "rank",
]
