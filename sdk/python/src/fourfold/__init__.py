"""Sends what a training prints and logs to its MLflow run on Fourfold, in the background.

    with mlflow.start_run(), fourfold.capture():
        train()

or, once at the start, ``fourfold.autolog()``: then every ``mlflow.start_run()`` does so.
"""

from ._autolog import autolog
from ._capture import Capture, Counts, capture
from ._place import rank

__all__ = ["Capture", "Counts", "autolog", "capture", "rank"]
