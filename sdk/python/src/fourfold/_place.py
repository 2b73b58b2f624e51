"""Where this process stands: its rank, its run, the platform's address."""

from __future__ import annotations

import os
import sys
from typing import Any

RANKS = ("RANK", "OMPI_COMM_WORLD_RANK", "SLURM_PROCID")
"""Who says which process of a distributed training this is; torchrun first, as it may be started by the others."""

INHERITED_RUN = "FOURFOLD_RUN_ID"
"""Set while a capture goes on, so that processes started meanwhile know their run."""

_LARGEST_RANK = 2**31 - 1


def number(name: str) -> int | None:
    """A whole number from 0 in the environment, or nothing."""
    text = os.environ.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) <= _LARGEST_RANK else None


def rank() -> int | None:
    """Which process of a distributed training this is, as torchrun, Open MPI or SLURM say; None where nobody does."""
    return next((found for found in map(number, RANKS) if found is not None), None)


def loaded_mlflow() -> Any:
    """The mlflow package where this process uses it: importing it takes seconds."""
    return sys.modules.get("mlflow")


def run_id() -> str | None:
    """The active run of this thread, else the run that the environment names."""
    mlflow = loaded_mlflow()
    # An import of mlflow that is still going on has no active_run yet.
    active = getattr(mlflow, "active_run", lambda: None)()
    if active is not None:
        return str(active.info.run_id)
    return inherited_run()


def inherited_run() -> str | None:
    """The run that the environment names."""
    return os.environ.get("MLFLOW_RUN_ID") or os.environ.get(INHERITED_RUN) or None


def is_child() -> bool:
    """Whether a process with a capture started this one."""
    return bool(os.environ.get(INHERITED_RUN))


def tracking_uri() -> str | None:
    """The platform's address, as MLflow's client has it."""
    mlflow = loaded_mlflow()
    if mlflow is not None and hasattr(mlflow, "get_tracking_uri"):
        return str(mlflow.get_tracking_uri())
    return os.environ.get("MLFLOW_TRACKING_URI") or None
