"""A capture for every run that MLflow's client starts."""

from __future__ import annotations

import functools
import importlib
import sys
import threading
from typing import Any

from . import _place
from ._capture import Capture, router
from ._heart import Heartbeat

_lock = threading.RLock()
_captures: dict[str, Capture] = {}  # by run
_hearts: dict[str, Heartbeat] = {}  # by run
_ttl: float | None = None  # None: no heartbeats
_options: dict[str, Any] | None = None  # None: switched off
_hooks: list[tuple[Any, str, Any, Any]] = []  # module, name, what was there, what is there


def autolog(*, disable: bool = False, heartbeat: float | None = None, **options: Any) -> None:
    """From now on `mlflow.start_run` begins a capture for its run; `mlflow.end_run`, or the end of its block, ends it.

    A run that is active already is captured from now on, and so is the run that the environment names in a
    process of rank 1 or more, or that was started by one with a capture: these do not start a run themselves.

    Call it before ``from mlflow import start_run``, if you import it so. Calling it again sets other options, for later
    runs.

    :param disable: ends all that, and all captures and heartbeats begun by it
    :param heartbeat: runs that this process starts beat too, and are marked as failed where nothing is heard of
        them for so many seconds
    :param options: as `capture` has them, other than the run
    """
    global _options, _ttl
    if disable:
        with _lock:
            _options = None
            _unhook()
            ending: list[Capture | Heartbeat] = [*_hearts.values(), *_captures.values()]
            _captures.clear()
            _hearts.clear()
        for one in ending:
            one.close()
        return
    Capture("checked", **options)  # a wrong option is told here, not in the training
    if heartbeat is not None:
        Heartbeat("checked", ttl=heartbeat)
    mlflow = importlib.import_module("mlflow")
    with _lock:
        _options = options
        _ttl = heartbeat
        if not _hooks:
            fluent = importlib.import_module("mlflow.tracking.fluent")
            for name, made in (("start_run", _start_run), ("end_run", _end_run)):
                for module in (mlflow, fluent):
                    there = getattr(module, name)
                    hook = made(there)
                    setattr(module, name, hook)
                    _hooks.append((module, name, there, hook))
    active = mlflow.active_run()
    if active is not None:
        _begin(active.info.run_id)
        _begin_to_beat(active.info.run_id)
    elif not router.going and (inherited := _place.inherited_run()) and ((_place.rank() or 0) > 0 or _place.is_child()):
        _begin(inherited)


def _begin(run_id: str) -> None:
    with _lock:
        if _options is not None and run_id not in _captures:
            _captures[run_id] = Capture(run_id, **_options).start()


def _begin_to_beat(run_id: str) -> None:
    with _lock:
        if _options is not None and _ttl is not None and run_id not in _hearts:
            _hearts[run_id] = Heartbeat(run_id, ttl=_ttl).start()


def _end(run_id: str) -> None:
    with _lock:
        heart = _hearts.pop(run_id, None)
        one = _captures.pop(run_id, None)
    if heart is not None:
        heart.close()
    if one is not None:
        one.close()


def _start_run(there: Any) -> Any:
    @functools.wraps(there)
    def start_run(*args: Any, **kwargs: Any) -> Any:
        run = there(*args, **kwargs)
        _begin(run.info.run_id)
        _begin_to_beat(run.info.run_id)
        return run

    return start_run


def _end_run(there: Any) -> Any:
    # MLflow's ActiveRun calls this at the end of its block, with the exception, if any, being handled.
    @functools.wraps(there)
    def end_run(*args: Any, **kwargs: Any) -> Any:
        mlflow = _place.loaded_mlflow()
        ending = mlflow.active_run()
        one = None if ending is None else _captures.get(ending.info.run_id)
        error = sys.exc_info()[1]
        if one is not None and error is not None and "FAILED" in (*args, *kwargs.values()):
            one.failed(error)
        try:
            return there(*args, **kwargs)
        finally:
            if ending is not None:
                active = mlflow.active_run()
                if active is None or active.info.run_id != ending.info.run_id:
                    _end(ending.info.run_id)

    return end_run


def _unhook() -> None:
    for module, name, there, hook in _hooks:
        if getattr(module, name) is hook:  # else somebody put something over it, which calls it
            setattr(module, name, there)
    _hooks.clear()
